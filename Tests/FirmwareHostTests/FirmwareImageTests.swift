// Images: the same bytes however they are read, and their digests.

import Crypto
import Foundation
import Testing

@testable import FirmwareHost

private func hex(_ digest: some Sequence<UInt8>) -> String {
    digest.map { String(format: "%02x", $0) }.joined()
}

@Test func `gives the same filler for the same seed, and other bytes for another`() throws {
    let first = try FirmwareImage.filler(seed: 7, byteCount: 1_000).chunk(0..<1_000)
    let again = try FirmwareImage.filler(seed: 7, byteCount: 1_000).chunk(0..<1_000)
    let other = try FirmwareImage.filler(seed: 8, byteCount: 1_000).chunk(0..<1_000)
    #expect(first == again && first != other && first.count == 1_000)
    // Output 0 of SplitMix64 for seed 7, little end first: replays rely on it not to change.
    #expect(Array(first.prefix(8)) == [0xD7, 0x0D, 0x32, 0x59, 0xE4, 0xE1, 0xCB, 0x63])
}

@Test func `reads filler in any pieces alike`() throws {
    let image = FirmwareImage.filler(seed: 3, byteCount: 103)
    let whole = try image.chunk(0..<103)
    for split in Int64(0)...103 {
        #expect(try image.chunk(0..<split) + image.chunk(split..<103) == whole)
    }
}

@Test func `states the digests of its bytes`() throws {
    let image = FirmwareImage.filler(seed: 1, byteCount: 150_000)
    let bytes = try image.chunk(0..<150_000)
    #expect(image.sha256 == hex(SHA256.hash(data: bytes)))
    #expect(image.md5 == hex(Insecure.MD5.hash(data: bytes)))
    #expect(FirmwareImage.bytes(bytes).sha256 == image.sha256)
}

@Test func `knows the digests of nothing`() {
    let nothing = FirmwareImage.bytes([])
    #expect(nothing.md5 == "d41d8cd98f00b204e9800998ecf8427e")
    #expect(FirmwareImage.filler(seed: 1, byteCount: -5).sha256 == nothing.sha256)
}

@Test func `reads a file by range`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "otatape-\(UUID().uuidString).bin").path
    let bytes = try FirmwareImage.filler(seed: 9, byteCount: 100_000).chunk(0..<100_000)
    try Data(bytes).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let image = try FirmwareImage.file(path)
    #expect(image.byteCount == 100_000)
    #expect(try image.chunk(70_000..<70_010) == Array(bytes[70_000..<70_010]))
    #expect(try image.chunk(99_990..<200_000) == Array(bytes[99_990...]))
    #expect(image.sha256 == FirmwareImage.bytes(bytes).sha256)
    try Data(bytes.prefix(10)).write(to: URL(filePath: path))
    #expect(throws: FirmwareHostError.self) { try image.chunk(0..<100_000) }
}

@Test(arguments: ["/nonexistent/fw.bin", "/tmp"])
func `refuses what is not a readable file`(path: String) {
    let error = #expect(throws: FirmwareHostError.self) { try FirmwareImage.file(path) }
    #expect(error?.code == .cannotReadImage && error?.message.contains(path) == true)
}
