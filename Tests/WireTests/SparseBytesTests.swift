// Pieces that arrive before their turn.

import Testing
import Traffic

@testable import Wire

private let now = Timestamp(nanoseconds: 0)

private func insert(_ sparse: inout SparseBytes, _ text: String, at offset: Int64) {
    let bytes = Array(text.utf8)
    sparse.insert(bytes.span.bytes, at: offset, timestamp: now)
}

/// The pieces as `offset:text`.
private func pieces(_ sparse: SparseBytes) -> [String] {
    var rest = sparse
    var texts: [String] = []
    while let piece = rest.popFirst() {
        texts.append("\(piece.start):\(String(decoding: piece.bytes, as: UTF8.self))")
    }
    return texts
}

@Test func `keeps pieces in stream order`() {
    var sparse = SparseBytes()
    insert(&sparse, "cc", at: 20)
    insert(&sparse, "aa", at: 0)
    insert(&sparse, "bb", at: 10)
    #expect(pieces(sparse) == ["0:aa", "10:bb", "20:cc"])
}

@Test func `keeps the first copy where copies overlap`() {
    var sparse = SparseBytes()
    insert(&sparse, "OLD", at: 2)
    insert(&sparse, "newnewnew", at: 0)
    #expect(pieces(sparse) == ["0:ne", "2:OLD", "5:wnew"])
}

@Test func `fills several holes with one segment`() {
    var sparse = SparseBytes()
    insert(&sparse, "B", at: 1)
    insert(&sparse, "D", at: 3)
    insert(&sparse, "abcde", at: 0)
    #expect(pieces(sparse) == ["0:a", "1:B", "2:c", "3:D", "4:e"])
    #expect(sparse.isContiguous(to: 5))
}

@Test func `drops a copy of what it has`() {
    var sparse = SparseBytes()
    insert(&sparse, "abc", at: 0)
    let cost = sparse.cost
    insert(&sparse, "xyz", at: 0)
    insert(&sparse, "y", at: 1)
    #expect(sparse.cost == cost)
    #expect(pieces(sparse) == ["0:abc"])
}

@Test func `costs nothing once empty`() {
    var sparse = SparseBytes()
    insert(&sparse, "abc", at: 0)
    insert(&sparse, "def", at: 9)
    #expect(sparse.cost > 6)
    sparse.removeAll(from: 5)
    _ = sparse.popFirst()
    #expect(sparse.cost == 0)
}

@Test func `agrees with a byte map under seeded insertions`() {
    var random = SeededGenerator(seed: 42)
    for _ in 0..<300 {
        var sparse = SparseBytes()
        var map: [Int64: UInt8] = [:]
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            let start = Int64.random(in: 0..<40, using: &random)
            let byte = UInt8.random(in: 0...255, using: &random)
            let bytes = [UInt8](repeating: byte, count: Int.random(in: 0...12, using: &random))
            sparse.insert(bytes.span.bytes, at: start, timestamp: now)
            for index in bytes.indices where map[start + Int64(index)] == nil {
                map[start + Int64(index)] = byte
            }
        }
        var found: [Int64: UInt8] = [:]
        while let piece = sparse.popFirst() {
            for (index, byte) in piece.bytes.enumerated() { found[piece.start + Int64(index)] = byte }
        }
        #expect(found == map)
    }
}
