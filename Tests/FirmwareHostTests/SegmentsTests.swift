// Where a body is cut into pieces.

import Testing
import Traffic

@testable import FirmwareHost

private func samples(_ bytes: Int64...) -> [Transfer.Sample] {
    bytes.enumerated().map { Transfer.Sample(offset: .seconds($0.offset), bytes: $0.element) }
}

@Test func `ends a piece at every point of the curve and at the body's end`() {
    let pieces = Array(Segments(points: samples(0, 10, 25), byteCount: 40))
    #expect(pieces == [0..<10, 10..<25, 25..<40])
}

@Test func `stops at the body's end where the curve goes further`() {
    #expect(Array(Segments(points: samples(10, 1_000), byteCount: 15)) == [0..<10, 10..<15])
}

@Test func `keeps pieces at 64 KiB`() {
    let pieces = Array(Segments(points: samples(100_000), byteCount: 140_000))
    #expect(pieces == [0..<65_536, 65_536..<100_000, 100_000..<140_000])
}

@Test(arguments: [samples(), samples(20, 10, 5, 30), samples(-5, .max), samples(.min, 0, 0, 7)])
func `covers the body once, whatever the points say`(points: [Transfer.Sample]) {
    var position: Int64 = 0
    for piece in Segments(points: points, byteCount: 50) {
        #expect(piece.lowerBound == position && !piece.isEmpty)
        position = piece.upperBound
    }
    #expect(position == 50)
}

@Test(arguments: [0, -1, .min] as [Int64])
func `has no pieces without a body`(byteCount: Int64) {
    #expect(Array(Segments(points: samples(10), byteCount: byteCount)).isEmpty)
}
