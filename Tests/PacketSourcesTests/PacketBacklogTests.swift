// Packets that wait in memory and on the disk: order, completeness, bounds, and whose the files are.

import Foundation
import Testing
import Traffic

@testable import PacketSources

/// A packet of 1 000 bytes that holds its number.
private func packet(_ number: Int) -> (PacketHeader, [UInt8]) {
    let header = PacketHeader(
        at: Timestamp(nanoseconds: 1_788_091_200_000_000_000 + Int64(number)),
        linkType: .linuxCooked,
        originalLength: 1_500
    )
    return (header, withUnsafeBytes(of: UInt64(number)) { Array($0) } + Array(repeating: 7, count: 992))
}

/// The numbers of the packets in a block.
private func numbers(_ block: PacketBlock) -> [Int] {
    var found: [Int] = []
    block.forEach { header, bytes in
        found.append(Int(bytes.unsafeLoadUnaligned(as: UInt64.self)))
        #expect(header == packet(found[found.count - 1]).0 && bytes.byteCount == 1_000)
    }
    return found
}

private extension PacketBacklog {
    func append(_ range: some Sequence<Int>) {
        for number in range {
            let (header, bytes) = packet(number)
            append(header, bytes.span.bytes)
        }
    }

    /// Does what the spool's thread does, until nothing is left to do.
    func spoolAll() {
        while spoolNext() {}
    }

    /// Everything that waits.
    func takeAll() -> [Int] {
        var found: [Int] = []
        while let piece = take() {
            found += numbers(piece.block)
            recycle(piece)
        }
        return found
    }
}

struct PacketBacklogTests {
    /// 256 packets in memory, three quarters of them before the disk is used; 16 in a block.
    private static let memory = 256 << 10
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var place: String { folder.path("x.packets") }

    private func backlog(spool: Int = 1 << 30, spare: Int = 0, at place: String? = nil) -> PacketBacklog {
        PacketBacklog(
            PacketBacklogLimits(memoryBytes: Self.memory, spoolBytes: spool, spareBytes: spare),
            folder: place ?? self.place,
            recordingID: 3
        )
    }

    private func files() -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []).sorted()
    }

    @Test func `gives packets in the order they came, from memory, the disk, and memory again`() {
        let backlog = backlog()
        var (next, taken) = (0, [Int]())
        // Bursts that memory cannot hold, and pauses in which some or all of them are worked off.
        for (burst, pieces) in [(100, 2), (900, 5), (400, 0), (30, 70), (1, 1), (700, 20), (0, .max), (5, 1)]
        {
            for _ in 0..<burst {
                backlog.append([next])
                next += 1
                backlog.spoolAll()
            }
            for _ in 0..<pieces {
                guard let piece = backlog.take() else { break }
                taken += numbers(piece.block)
                backlog.recycle(piece)
            }
        }
        taken += backlog.takeAll()
        #expect(taken == Array(0..<next))
        #expect(backlog.state.dropped == 0 && backlog.state.spooled == 0)
    }

    @Test func `uses the disk only when memory is not enough`() {
        let backlog = backlog()
        backlog.append(0..<150)
        backlog.spoolAll()
        #expect(files().isEmpty)
        backlog.append(150..<300)
        backlog.spoolAll()
        #expect(backlog.state.spooled > 0)
        #expect(files() == ["3-0000000000000000000.pcap"])
    }

    @Test(arguments: 0..<20)
    func `loses nothing uncounted, whatever comes between what`(seed: UInt64) {
        let backlog = backlog(spool: 200 << 10)
        var random = Xorshift(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
        var (next, taken) = (0, [Int]())
        for _ in 0..<2_000 {
            switch random.next() % 8 {
            case 0..<5:
                let count = Int(random.next() % 20)
                backlog.append(next..<next + count)
                next += count
            case 5: _ = backlog.spoolNext()
            case 6:
                guard let piece = backlog.take() else { continue }
                taken += numbers(piece.block)
                if let position = piece.position { backlog.release(before: position) }
            default: continue
            }
        }
        taken += backlog.takeAll()
        #expect(taken == taken.sorted() && Set(taken).count == taken.count)
        #expect(taken.count + Int(backlog.state.dropped) == next)
        #expect(backlog.state.dropped > 0, "the test is to reach the bounds")
    }

    @Test func `drops and counts what neither memory nor a full spool can hold`() {
        let backlog = backlog(spool: 64 << 10)
        for number in 0..<1_000 {
            backlog.append([number])
            backlog.spoolAll()
        }
        let state = backlog.state
        #expect(state.obstacle == "the spool is full")
        #expect(state.spoolBytes <= 64 << 10 && state.spooled > 0)
        let taken = backlog.takeAll()
        #expect(state.dropped > 0 && taken.count + Int(state.dropped) == 1_000)
        // Memory and spool together, but for the blocks' ends.
        #expect(taken.count >= 256 + 64 - 3 * 16)
    }

    @Test func `works without a disk, in all of its memory`() {
        let backlog = backlog(spool: 0)
        backlog.append(0..<1_000)
        #expect(!backlog.spoolNext())
        let taken = backlog.takeAll()
        #expect(taken.count >= 256 - 2 * 16 && taken.count + Int(backlog.state.dropped) == 1_000)
        #expect(files().isEmpty)
    }

    @Test func `drops and counts while the disk has no room, and goes on when it has`() throws {
        // A folder that cannot be made yet stands for a disk that takes nothing.
        let place = folder.path("missing/x.packets")
        let backlog = backlog(at: place)
        for number in 0..<500 {
            backlog.append([number])
            backlog.spoolAll()
        }
        #expect(backlog.state.obstacle?.contains("No such file") == true)
        #expect(backlog.state.dropped > 0 && backlog.state.spooled == 0)
        let dropped = backlog.state.dropped
        try FileManager.default.createDirectory(
            atPath: folder.path("missing"),
            withIntermediateDirectories: false
        )
        backlog.spoolAll()
        #expect(backlog.state.obstacle == nil && backlog.state.spooled > 0)
        backlog.append(500..<520)
        let taken = backlog.takeAll()
        #expect(taken == taken.sorted() && taken.count + Int(dropped) == 520)
    }

    @Test func `leaves the disk's last room to others`() {
        let backlog = backlog(spare: 1 << 60)
        backlog.append(0..<1_000)
        #expect(!backlog.spoolNext())
        #expect(backlog.state.obstacle?.contains("No space left") == true)
        #expect(backlog.state.dropped > 0)
        #expect(files().isEmpty)
    }

    @Test func `does not wait for what is being written, and takes it back from the disk`() throws {
        var queue = BacklogQueue(
            PacketBacklogLimits(memoryBytes: Self.memory, spoolBytes: 1 << 20),
            folder: place,
            recordingID: 3
        )
        var isForDisk = false
        for number in 0..<240 where !isForDisk {
            let (header, bytes) = packet(number)
            isForDisk = queue.append(header, bytes.span.bytes)
        }
        let begun = queue.beginWriting()
        let job = try #require(begun)
        let another = queue.beginWriting()
        #expect(another == nil)
        var taken: [Int] = []
        while case .memory(let block)? = queue.take() { taken += numbers(block) }
        #expect(taken == Array(0..<taken.count) && taken.count > 192)
        let isToBeTakenAway = queue.endWriting(job, obstacle: nil)
        #expect(isToBeTakenAway)
        let next = queue.take()
        #expect(next == nil && queue.state.spoolBytes == 0 && queue.state.spooled == 0)
    }

    @Test func `keeps its files from others, and gives them the form of any capture`() throws {
        let backlog = backlog()
        for number in 0..<400 {
            backlog.append([number])
            backlog.spoolAll()
        }
        let name = try #require(files().first)
        let attributes = try FileManager.default.attributesOfItem(atPath: place + "/" + name)
        #expect((attributes[.posixPermissions] as? Int) == 0o600)
        #expect((try FileManager.default.attributesOfItem(atPath: place)[.posixPermissions] as? Int) == 0o700)
        var file = try CaptureFile(path: place + "/" + name)
        var found: [PacketHeader] = []
        #expect(file.linkType == .linuxCooked)
        while try file.next({ header, _ in found.append(header) }) {}
        #expect(!file.isCut && found.count == Int(backlog.state.spooled))
        let first = try #require(found.first.map { Int($0.at.nanoseconds % 1_000_000_000) })
        #expect(found == (first..<first + found.count).map { packet($0).0 })
    }

    @Test func `gives room back when the store has what was read, and leaves nothing behind`() throws {
        let backlog = backlog(spool: 800 << 10)
        for number in 0..<900 {
            backlog.append([number])
            backlog.spoolAll()
        }
        let before = files().count
        #expect(before > 2)
        var last: Int64 = 0
        while let piece = backlog.take() {
            let position = piece.position ?? last
            #expect(position >= last)
            last = position
        }
        #expect(files().count == before, "what was only read is kept")
        backlog.release(before: last - 1)
        #expect(files().count == 1)
        backlog.release(before: last)
        #expect(files().isEmpty && backlog.state.spoolBytes == 0)
        // The disk is used again as if nothing had been.
        for number in 900..<1_400 {
            backlog.append([number])
            backlog.spoolAll()
        }
        #expect(backlog.takeAll() == Array(900..<1_400))
        backlog.release(before: .max)
        backlog.close()
        backlog.removeFolder()
        #expect(!FileManager.default.fileExists(atPath: place))
    }

    @Test func `counts what the disk does not give back, and goes on behind it`() throws {
        let backlog = backlog()
        for number in 0..<400 {
            backlog.append([number])
            backlog.spoolAll()
        }
        let path = try #require(files().first.map { place + "/" + $0 })
        let length = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        #expect(truncate(path, length - 5) == 0)
        let taken = backlog.takeAll()
        #expect(backlog.state.dropped == 16 && taken.count == 400 - 16 && taken == taken.sorted())
    }

    @Test func `leaves to the next start what is on the disk when nobody wants to wait`() async throws {
        let backlog = backlog()
        for number in 0..<400 {
            backlog.append([number])
            backlog.spoolAll()
        }
        let spooled = Int(backlog.state.spooled)
        backlog.abandon()
        #expect(backlog.take() == nil)
        #expect(Int(backlog.state.dropped) + spooled == 400)
        backlog.append([400])
        #expect(Int(backlog.state.dropped) + spooled == 401)
        let remains = PacketSpoolRemains(folder: place)
        #expect(remains.recordingIDs == [3])
        var found: [(number: Int, position: Int64)] = []
        try await remains.read(of: 3, from: 0) { _, bytes, position in
            found.append((Int(bytes.unsafeLoadUnaligned(as: UInt64.self)), position))
        }
        #expect(found.map(\.number) == (found[0].number..<found[0].number + spooled).map(\.self))
        var rest: [Int] = []
        try await remains.read(of: 3, from: found[9].position) { _, bytes, _ in
            rest.append(Int(bytes.unsafeLoadUnaligned(as: UInt64.self)))
        }
        #expect(rest == found.dropFirst(10).map(\.number))
        remains.remove(3)
        #expect(!FileManager.default.fileExists(atPath: place))
    }

    @Test(.timeLimit(.minutes(1)))
    func `puts on the disk by itself what memory cannot hold`() async {
        let backlog = backlog()
        backlog.startSpooling()
        backlog.append(0..<200)
        for number in 200..<240 { backlog.append([number]) }
        for await _ in backlog.arrivals where backlog.state.spooled > 0 { break }
        backlog.close()
        #expect(backlog.takeAll() == Array(0..<240))
    }

    @Test func `takes packets larger than its blocks`() {
        let backlog = backlog()
        let header = packet(0).0
        var lengths: [Int] = []
        for length in [100, 60_000, 5, 65_549] {
            backlog.append(header, [UInt8](repeating: 1, count: length).span.bytes)
        }
        while let piece = backlog.take() { piece.block.forEach { lengths.append($1.byteCount) } }
        #expect(lengths == [100, 60_000, 5, 65_549])
    }
}

/// Numbers that are the same in every run.
private struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
