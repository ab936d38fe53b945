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
    limit: Int = 4,
    at seconds: Int64 = 0
) throws -> [UInt8]? {
    let field = unit | (isLast ? 0 : 0x2000)
    let frame = Frames.ipv4(flow, bytes, fragment: field, identification: identification)
    let datagram = try Datagram.read(frame.span.bytes, at: 0, originalLength: frame.count)
    let fragment = try #require(datagram.fragment)
    return try table.receive(
        fragment,
        of: datagram,
        bytes: frame.span.bytes,
        at: Timestamp(seconds: seconds),
        limit: limit
    )?.bytes
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

@Test func `gives a datagram up after a minute and says how many fragments went with it`() throws {
    var table = FragmentTable()
    #expect(try receive(&table, first, unit: 0, isLast: false) == nil)
    #expect(try receive(&table, second, unit: 1, isLast: false, at: 60) == nil)
    #expect(try receive(&table, third, unit: 3, isLast: true, at: 61) == nil)
    #expect(table.takeAbandoned() == 2)
    #expect(table.takeAbandoned() == 0)
    table.giveUpAll()
    #expect(table.takeAbandoned() == 1)
}

@Test func `takes the later copy where IPv4 fragments overlap`() throws {
    var table = FragmentTable()
    #expect(try receive(&table, first, unit: 0, isLast: false) == nil)
    let overlapping = [UInt8](repeating: 9, count: 16)
    #expect(try receive(&table, overlapping, unit: 0, isLast: false) == nil)
    #expect(try receive(&table, third, unit: 2, isLast: true) == overlapping + third)
}

@Test(arguments: [true, false])
func `refuses an IPv6 datagram whose fragments overlap, but not a fragment that came twice`(isTwice: Bool)
    throws
{
    var table = FragmentTable()
    func receive(_ bytes: [UInt8], offset: UInt16, isLast: Bool) throws -> FragmentTable.Joined? {
        let header: [UInt8] = [6, 0] + Frames.big(offset | (isLast ? 0 : 1)) + [0, 0, 0, 5]
        let frame = Frames.ipv6(header + bytes, next: 44)
        let datagram = try Datagram.read(frame.span.bytes, at: 0, originalLength: frame.count)
        let fragment = try #require(datagram.fragment)
        let now = Timestamp(nanoseconds: 0)
        return try table.receive(fragment, of: datagram, bytes: frame.span.bytes, at: now, limit: 4)
    }
    #expect(try receive(second, offset: 8, isLast: false) == nil)
    if isTwice {
        #expect(try receive(second, offset: 8, isLast: false) == nil)
        #expect(try receive(third, offset: 24, isLast: true) == nil)
        let joined = try receive(first, offset: 0, isLast: false)
        #expect(joined?.bytes == first + second + third)
        #expect(joined?.datagram.transport == 6)
    } else {
        #expect(throws: WireError.self) { try receive([9, 9, 9, 9, 9, 9, 9, 9], offset: 16, isLast: false) }
        #expect(throws: WireError.self) { try receive(first, offset: 0, isLast: false) }
        #expect(throws: WireError.self) { try receive(third, offset: 24, isLast: true) }
    }
}

@Test func `steps over what the joined payload has before TCP`() throws {
    var table = FragmentTable()
    // Destination options in the first fragment, which alone says so.
    let options: [UInt8] = [6, 0, 1, 4, 0, 0, 0, 0]
    func receive(_ bytes: [UInt8], next: UInt8, offset: UInt16, isLast: Bool) throws -> FragmentTable.Joined?
    {
        let header: [UInt8] = [next, 0] + Frames.big(offset | (isLast ? 0 : 1)) + [0, 0, 0, 5]
        let frame = Frames.ipv6(header + bytes, next: 44)
        let datagram = try Datagram.read(frame.span.bytes, at: 0, originalLength: frame.count)
        let fragment = try #require(datagram.fragment)
        let now = Timestamp(nanoseconds: 0)
        return try table.receive(fragment, of: datagram, bytes: frame.span.bytes, at: now, limit: 4)
    }
    #expect(try receive(third, next: 6, offset: 8, isLast: true) == nil)
    let joined = try receive(options, next: 60, offset: 0, isLast: false)
    #expect(joined?.datagram.transport == 6)
    #expect(joined?.datagram.payload == 8..<11)
}

@Test(arguments: [(7, 0, false), (0, 0, false), (16, 3, false), (8, 3, true)] as [(Int, UInt16, Bool)])
func `refuses fragments that contradict each other`(count: Int, unit: UInt16, isLast: Bool) throws {
    var table = FragmentTable()
    // Ends at byte 27, and bytes 8 to 24 are there.
    #expect(try receive(&table, third, unit: 3, isLast: true) == nil)
    #expect(try receive(&table, second, unit: 1, isLast: false) == nil)
    let bytes = [UInt8](repeating: 0, count: count)
    #expect(throws: WireError.self) { try receive(&table, bytes, unit: unit, isLast: isLast) }
    #expect(try receive(&table, first, unit: 0, isLast: false) == first + second + third)
}

@Test func `does not join what the snap length cut`() throws {
    var table = FragmentTable()
    let frame = Frames.ipv4(flow, first, totalLength: 60, fragment: 0x2000)
    let datagram = try Datagram.read(frame.span.bytes, at: 0, originalLength: 60)
    let fragment = try #require(datagram.fragment)
    let now = Timestamp(nanoseconds: 0)
    #expect(throws: WireError.self) {
        try table.receive(fragment, of: datagram, bytes: frame.span.bytes, at: now, limit: 4)
    }
}

@Test func `refuses a fragment beyond the largest datagram`() {
    var table = FragmentTable()
    #expect(throws: WireError.self) { try receive(&table, first, unit: 0x1FFF, isLast: true) }
}
