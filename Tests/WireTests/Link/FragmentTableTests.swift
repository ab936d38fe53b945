// IP fragments, in any order.

import Testing
import Traffic

@testable import Wire

private let flow = Flow(source: Frames.client, destination: Frames.server)

/// Takes a fragment of 8-byte units.
private func receive(
    _ table: inout FragmentTable,
    _ bytes: [UInt8],
    unit: UInt16,
    isLast: Bool,
    identification: UInt16 = 1,
    limit: Int = 4
) throws -> [UInt8]? {
    let field = unit | (isLast ? 0 : 0x2000)
    let frame = Frames.ipv4(flow, bytes, fragment: field, identification: identification)
    let datagram = try Datagram.read(frame.span.bytes, at: 0, originalLength: frame.count)
    let fragment = try #require(datagram.fragment)
    return try table.receive(
        fragment,
        of: datagram,
        vlan: 0,
        bytes: frame.span.bytes,
        at: Timestamp(nanoseconds: 0),
        limit: limit
    )
}

private let first = [UInt8](repeating: 1, count: 8)
private let second = [UInt8](repeating: 2, count: 16)
private let third: [UInt8] = [3, 3, 3]

@Test func `joins fragments in order`() throws {
    var table = FragmentTable()
    #expect(try receive(&table, first, unit: 0, isLast: false) == nil)
    #expect(try receive(&table, second, unit: 1, isLast: false) == nil)
    #expect(try receive(&table, third, unit: 3, isLast: true) == first + second + third)
}

@Test func `joins fragments in reverse, each twice`() throws {
    var table = FragmentTable()
    #expect(try receive(&table, third, unit: 3, isLast: true) == nil)
    #expect(try receive(&table, second, unit: 1, isLast: false) == nil)
    #expect(try receive(&table, second, unit: 1, isLast: false) == nil)
    #expect(try receive(&table, first, unit: 0, isLast: false) == first + second + third)
}

@Test func `keeps datagrams apart by their identification`() throws {
    var table = FragmentTable()
    #expect(try receive(&table, first, unit: 0, isLast: false, identification: 1) == nil)
    #expect(try receive(&table, third, unit: 1, isLast: true, identification: 2) == nil)
    #expect(try receive(&table, third, unit: 1, isLast: true, identification: 1) == first + third)
}

@Test func `gives the oldest datagram up when there are too many`() throws {
    var table = FragmentTable()
    for identification in 1...3 as ClosedRange<UInt16> {
        _ = try receive(&table, first, unit: 0, isLast: false, identification: identification, limit: 2)
    }
    #expect(try receive(&table, third, unit: 1, isLast: true, identification: 1, limit: 2) == nil)
    #expect(try receive(&table, third, unit: 1, isLast: true, identification: 3, limit: 2) == first + third)
}

@Test func `refuses a fragment beyond the largest datagram`() {
    var table = FragmentTable()
    #expect(throws: WireError.self) { try receive(&table, first, unit: 0x1FFF, isLast: true) }
}
