// Opens an interface for capturing, with libpcap's status codes turned into words here and nowhere else.

import CPcap
import Glibc

extension PcapHandle {
    /// How long the kernel may gather packets before it shows them, in milliseconds.
    ///
    /// Not libpcap's immediate mode, unless asked for: that takes a ring of fixed frames (TPACKET_V2), of which 64 MiB hold 256 at our
    /// snap length on `lo`; blocks (TPACKET_V3) hold the same bytes without waste.
    static var gatheringMilliseconds: Int32 { 10 }

    /// Opens and starts a live capture. pcap_create(3PCAP), pcap_activate(3PCAP)
    static func capturing(_ settings: LiveCapture.Settings) throws(PacketSourceError) -> PcapHandle {
        let (pointer, text) = unsafe withPcapErrorText { unsafe pcap_create(settings.interface, $0) }
        guard let pointer = unsafe pointer else {
            throw PacketSourceError(
                .captureFailed,
                "A capture on '\(settings.interface)' cannot be set up.",
                cause: text
            )
        }
        let handle = unsafe PcapHandle(owning: pointer)
        unsafe pcap_set_snaplen(pointer, Int32(clamping: settings.snapLength))
        unsafe pcap_set_promisc(pointer, 1)
        unsafe pcap_set_timeout(pointer, Self.gatheringMilliseconds)
        unsafe pcap_set_immediate_mode(pointer, settings.isImmediate ? 1 : 0)
        unsafe pcap_set_buffer_size(pointer, Int32(clamping: settings.ringBytes))
        unsafe pcap_set_tstamp_precision(pointer, PCAP_TSTAMP_PRECISION_NANO)
        let status = unsafe pcap_activate(pointer)
        guard status >= 0 else { throw refusal(status, settings.interface, cause: handle.lastError) }
        try handle.ignoreOutgoing(on: settings.interface)
        try handle.setFilter(settings.filter)
        return handle
    }

    /// Makes a loopback capture see every packet once.
    ///
    /// Each packet passes `lo` twice, out and in. libpcap throws the first away after it has been through the ring; not
    /// letting the kernel put it there leaves the ring to the others, and makes the kernel's count ours. The filter
    /// `inbound` would not do: libpcap runs filters itself over the ring's first block, and cannot run that one.
    /// Kernels before 4.20 refuse the option, which does no harm.
    private func ignoreOutgoing(on interface: String) throws(PacketSourceError) {
        guard try NetworkInterface.all().contains(where: { $0.name == interface && $0.isLoopback }) else {
            return
        }
        let ignoreOutgoingOption: Int32 = 23  // PACKET_IGNORE_OUTGOING, packet(7)
        var isOn: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe setsockopt(pcap_fileno(pointer), SOL_PACKET, ignoreOutgoingOption, &isOn, size)
    }

    private static func refusal(_ status: Int32, _ interface: String, cause: String) -> PacketSourceError {
        switch status {
        case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
            PacketSourceError(
                .notPermitted,
                "Capturing on '\(interface)' is not permitted. Run as root, give the program the right with "
                    + "`setcap cap_net_raw+ep PROGRAM` (CAP_NET_RAW), or capture inside a user namespace of your own "
                    + "(`unshare -rn`).",
                cause: cause
            )
        case PCAP_ERROR_NO_SUCH_DEVICE:
            PacketSourceError(.unknownInterface, unknownInterfaceMessage(interface), cause: cause)
        case PCAP_ERROR_IFACE_NOT_UP:
            PacketSourceError(
                .interfaceDown,
                "The interface '\(interface)' is down; `ip link set \(interface) up` starts it.",
                cause: cause
            )
        default:
            PacketSourceError(
                .captureFailed,
                "The capture on '\(interface)' cannot start.",
                cause: cause.isEmpty ? unsafe String(cString: pcap_statustostr(status)) : cause
            )
        }
    }

    private static func unknownInterfaceMessage(_ interface: String) -> String {
        guard let all = try? NetworkInterface.all(), !all.isEmpty else {
            return "There is no interface '\(interface)'; `ip link` lists the ones there are."
        }
        let names = all.map(\.name).joined(separator: ", ")
        return "There is no interface '\(interface)'; there are: \(names)."
    }
}
