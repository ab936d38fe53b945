// The loop of a live capture's thread: read the ring, count, and drain it when asked to stop.

import CPcap
import Glibc
import Synchronization
import Traffic
import Waiting

/// Reads one interface until it is asked to stop or the interface goes away.
// Unchecked, because `handle`, `delivered` and the kernel's counters are touched by the capture thread alone once it
// runs. The one call from elsewhere is pcap_breakloop, which is made for that; the lock orders it before the draining.
@safe
final class CaptureLoop: @unchecked Sendable {
    private struct State {
        var statistics = CaptureStatistics()
        var isStopRequested = false
    }

    /// Why the loop has ended; `nil` inside when it was asked to.
    let end = Settlement<PacketSourceError?>()

    let linkType: LinkType
    private let handle: PcapHandle
    private let sink: LiveCapture.Sink
    private let batchEnded: @Sendable () -> Void
    private let state = Mutex(State())

    private var delivered = CaptureStatistics()
    private var kernelDrops = WrappingCounter()
    private var interfaceDrops = WrappingCounter()
    private var kernelReadAt = ContinuousClock.now

    init(
        handle: consuming PcapHandle,
        sink: @escaping LiveCapture.Sink,
        batchEnded: @escaping @Sendable () -> Void
    ) {
        linkType = handle.linkType
        self.handle = handle
        self.sink = sink
        self.batchEnded = batchEnded
    }

    var statistics: CaptureStatistics { state.withLock { $0.statistics } }

    /// Makes the loop drain the ring and end; once is enough, more do no harm.
    func requestStop() {
        state.withLock { state in
            guard !state.isStopRequested else { return }
            state.isStopRequested = true
            unsafe pcap_breakloop(handle.pointer)
        }
    }

    /// The life of the capture thread.
    func run() {
        var failure: PacketSourceError?
        while failure == nil, !state.withLock(\.isStopRequested) {
            failure = readRing()
        }
        if failure == nil { failure = drainRing() }
        readKernelCounters()
        state.withLock { $0.statistics = delivered }
        end.settle(failure)
    }

    /// Takes one packet from the thunk.
    func receive(_ record: pcap_pkthdr, _ bytes: RawSpan) {
        delivered.received += 1
        delivered.receivedBytes += Int64(bytes.byteCount)
        sink(PacketHeader(record, linkType: linkType), bytes)
    }
}

// MARK: - Reading

extension CaptureLoop {
    /// Delivers what the ring holds, waiting for it in blocking mode. pcap_dispatch(3PCAP)
    private func readRing() -> PacketSourceError? {
        let before = delivered.received
        let user = unsafe Unmanaged.passUnretained(self).toOpaque().assumingMemoryBound(to: UInt8.self)
        let status = unsafe pcap_dispatch(handle.pointer, -1, receivePacket, user)
        if delivered.received > before {
            batchEnded()
            if ContinuousClock.now - kernelReadAt > .milliseconds(200) { readKernelCounters() }
            state.withLock { $0.statistics = delivered }
        }
        guard status < 0, status != PCAP_ERROR_BREAK else { return nil }
        return PacketSourceError(
            .interfaceDown,
            "The capture ended because the interface stopped delivering; see `ip link` whether it is still up.",
            cause: handle.lastError
        )
    }

    /// Delivers what the kernel had counted when the stop was requested.
    ///
    /// The kernel shows a block of the ring when it is full or after the gathering time, so an empty ring says nothing
    /// yet; its packet counter does. Where that counts packets which libpcap keeps from us (`any`, and what came
    /// between activation and filter), a long quiet time ends the waiting.
    private func drainRing() -> PacketSourceError? {
        _ = unsafe withPcapErrorText { unsafe pcap_setnonblock(handle.pointer, 1, $0) }
        let kernelCount = readKernelCounters()
        let quietRounds = 25
        var quiet = 0
        while quiet < quietRounds {
            let before = delivered.received
            if let failure = readRing() { return failure }
            // 32-bit arithmetic, because the kernel's counter wraps.
            let missing = Int32(bitPattern: kernelCount &- UInt32(truncatingIfNeeded: delivered.received))
            if missing <= 0 { return nil }
            quiet = delivered.received > before ? 0 : quiet + 1
            waitForRing()
        }
        return nil
    }

    /// Waits until the ring shows a block, at most one gathering time.
    private func waitForRing() {
        var watched = unsafe pollfd(
            fd: pcap_get_selectable_fd(handle.pointer),
            events: Int16(POLLIN),
            revents: 0
        )
        _ = unsafe poll(&watched, 1, PcapHandle.gatheringMilliseconds)
    }

    /// Reads the kernel's counters. pcap_stats(3PCAP)
    ///
    /// - Returns: the packets that passed the filter and were not dropped, as a wrapping count.
    @discardableResult
    private func readKernelCounters() -> UInt32 {
        var counters = pcap_stat()
        guard unsafe pcap_stats(handle.pointer, &counters) == 0 else { return 0 }
        kernelReadAt = .now
        kernelDrops.advance(to: counters.ps_drop)
        interfaceDrops.advance(to: counters.ps_ifdrop)
        delivered.kernelDrops = kernelDrops.total
        delivered.interfaceDrops = interfaceDrops.total
        return counters.ps_recv &- counters.ps_drop
    }
}
