// The table of byte strings, with hashes of the test's choice.

import Testing

@testable import Dialects

struct ByteTableTests {
    @Test(arguments: [1, 7, 64, 1_000_003] as [UInt64])
    func `finds each key, however many share a hash`(hashCount: UInt64) {
        var table = ByteTable<Int>(entryLimit: 2_000, byteLimit: 100_000)
        for number in 0..<1_000 {
            let (key, hash) = (Array("key \(number)".utf8), UInt64(number) % hashCount)
            #expect(table.value(of: key, hash: hash) == nil)
            table.remember(key, hash: hash, number)
        }
        for number in 0..<1_000 {
            let (key, hash) = (Array("key \(number)".utf8), UInt64(number) % hashCount)
            #expect(table.value(of: key, hash: hash) == number)
        }
    }

    @Test func `is full at either limit, and empty once all is forgotten`() {
        var table = ByteTable<Int>(entryLimit: 2, byteLimit: 10)
        let (short, long) = ([UInt8](repeating: 1, count: 4), [UInt8](repeating: 2, count: 7))
        table.remember(short, hash: 1, 1)
        #expect(!table.isFull(for: short))
        #expect(table.isFull(for: long))
        table.remember([], hash: 2, 2)
        #expect(table.isFull(for: []))
        table.forgetAll()
        #expect(table.count == 0)
        #expect(table.value(of: short, hash: 1) == nil)
        table.remember(long, hash: 1, 3)
        #expect(table.value(of: long, hash: 1) == 3)
    }

    @Test func `hashes every byte of a key, whatever its length`() {
        var hashes: Set<UInt64> = []
        for count in 0..<40 {
            let bytes = [UInt8](repeating: 0, count: count)
            hashes.insert(KeyedHash.ofProcess(bytes))
            for index in bytes.indices {
                var changed = bytes
                changed[index] = 1
                hashes.insert(KeyedHash.ofProcess(changed))
            }
        }
        #expect(hashes.count == 40 + (0..<40).reduce(0, +))
    }
}
