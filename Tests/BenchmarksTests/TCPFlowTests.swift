// Frames of the generator, byte by byte.

import Testing

@testable import Benchmarks

private func flow() -> TCPFlow {
    TCPFlow(
        client: TCPFlow.End(address: 0x0A40_0007, port: 49_152, sequence: 0xFFFF_FFFF),
        server: TCPFlow.End(address: 0x0A00_0001, port: 1_883, sequence: 0x1000)
    )
}

private extension PacketBatch {
    /// Each frame by its own.
    var all: [[UInt8]] { frames.map { Array(bytes[$0]) } }
}

@Test func `opens with a SYN of fifty-four bytes`() {
    var flow = flow()
    var batch = PacketBatch()
    flow.knock(into: &batch)
    let expected: [[UInt8]] = [
        // Ethernet: to, from, IPv4.
        [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00],
        // IPv4: 40 bytes, don't fragment, 64 hops, TCP, 10.64.0.7 to 10.0.0.1.
        [0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 64, 0, 7, 10, 0, 0, 1],
        // TCP: ports, sequence, no acknowledgement, five words, SYN, window.
        [0xC0, 0, 0x07, 0x5B, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0x50, 0x02, 0xFA, 0xF0, 0, 0, 0, 0],
    ]
    #expect(batch.all == [expected.flatMap(\.self)])
}

@Test func `counts SYN, payload and FIN in the sequence numbers, across the wrap`() {
    var flow = flow()
    var batch = PacketBatch()
    flow.open(into: &batch)
    flow.send([1, 2, 3], from: .client, into: &batch)
    flow.close(from: .client, into: &batch)
    let numbers = batch.all.map { frame in
        [frame[38..<42], frame[42..<46]].map { $0.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
    }
    #expect(
        numbers == [
            // SYN, SYN and ACK, ACK.
            [0xFFFF_FFFF, 0], [0x1000, 0], [0, 0x1001],
            // Three bytes, and their acknowledgement.
            [0, 0x1001], [0x1001, 3],
            // FIN, FIN, ACK.
            [3, 0x1001], [0x1001, 4], [4, 0x1002],
        ]
    )
}

@Test func `cuts what is longer than a segment and acknowledges each`() {
    var flow = flow()
    var batch = PacketBatch()
    flow.send([UInt8](repeating: 9, count: 3_000), from: .server, into: &batch)
    #expect(batch.all.map { $0.count - 54 } == [1_460, 0, 1_460, 0, 80, 0])
    // The IP total length says the same.
    #expect(batch.all.map { Int($0[16]) << 8 | Int($0[17]) } == [1_500, 40, 1_500, 40, 120, 40])
}
