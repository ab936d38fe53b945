// The C entry point that libpcap calls for every packet.

import CPcap

/// pcap_handler: hands one packet to the ``CaptureLoop`` that `user` points to.
///
/// The loop outlives the call, because it is the caller of pcap_dispatch.
func receivePacket(
    user: UnsafeMutablePointer<UInt8>?,
    record: UnsafePointer<pcap_pkthdr>?,
    bytes: UnsafePointer<UInt8>?
) {
    guard let user = unsafe user, let record = unsafe record?.pointee else { return }
    let loop = unsafe Unmanaged<CaptureLoop>.fromOpaque(user).takeUnretainedValue()
    let captured = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(record.caplen))
    loop.receive(record, unsafe captured.bytes)
}
