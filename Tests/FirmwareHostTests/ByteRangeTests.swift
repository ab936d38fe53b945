// Range fields, well-formed and not. RFC 9110 §14.

import Testing

@testable import FirmwareHost

@Test(
    arguments: [
        ("bytes=0-99", .part(0..<100)),
        ("bytes=900-", .part(900..<1_000)),
        ("bytes=900-5000", .part(900..<1_000)),
        ("bytes=-10", .part(990..<1_000)),
        ("bytes=-5000", .part(0..<1_000)),
        ("Bytes= 5-5 ", .part(5..<6)),
        ("bytes=0-9223372036854775807", .part(0..<1_000)),
        ("bytes=1000-", .unsatisfiable),
        ("bytes=-0", .unsatisfiable),
    ] as [(String, ByteRange)]
)
func `takes the bytes that a range names, as far as the body goes`(field: String, expected: ByteRange) {
    #expect(ByteRange(field: field, byteCount: 1_000) == expected)
}

@Test(arguments: [
    "bytes=5-4", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-2,4-5", "items=0-1", "0-99", "", "bytes=--5",
    "bytes=+1-2",
    "bytes=99999999999999999999-", "bytes=0-99999999999999999999",
])
func `ignores a range that it does not understand`(field: String) {
    #expect(ByteRange(field: field, byteCount: 1_000) == .whole)
}

@Test func `finds no range in an empty body`() {
    #expect(ByteRange(field: "bytes=0-", byteCount: 0) == .unsatisfiable)
    #expect(ByteRange(field: "bytes=-5", byteCount: 0) == .unsatisfiable)
    #expect(ByteRange(field: nil, byteCount: 0) == .whole)
}
