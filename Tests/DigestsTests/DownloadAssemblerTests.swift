// Files that come in several answers.

import Digests
import Testing
import Traffic

/// The digests that `sha256sum` and `md5sum` print for `0123456789`.
private let sha256 = "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882"
private let md5 = "781e5e245d69b566979b86e28d23f2c7"

private func isHashed(_ assembly: DownloadAssembly?) -> Bool {
    assembly?.digesting == .whole && assembly?.sha256 == sha256 && assembly?.md5 == md5
        && assembly?.coveredBytes == 10 && assembly?.totalBytes == 10
}

@Test func `hashes a file that comes in ranges, in order, on several connections`() throws {
    let player = Player()
    let first = try #require(player.play("0123", "bytes 0-3/10"))
    #expect((first.number, first.exchanges, first.coveredBytes, first.totalBytes) == (1, 1, 4, 10))
    #expect(first.digesting == .incomplete && first.sha256 == nil && !first.isWhole)
    _ = player.play("4567", "bytes 4-7/10")
    let last = try #require(player.play("89", "bytes 8-9/10"))
    #expect(isHashed(last))
    #expect((last.number, last.exchanges, last.connections, last.receivedBytes) == (1, 3, 3, 10))
    #expect(player.assembler.count == 0, "a whole file is not kept")
}

@Test func `numbers files behind those that an earlier one has numbered`() {
    let player = Player(numbersTaken: 7)
    #expect(player.play("0123", "bytes 0-3/10")?.number == 8)
}

@Test func `hashes a download that was cut and resumed, for every cut and every overlap`() {
    for cut in 1..<10 {
        for from in 1...cut {
            let player = Player()
            let first = player.answer(200) { $0.contentLength = 10 }
            player.send("0123456789".prefix(cut), on: first)
            #expect(player.end(first, .truncated)?.coveredBytes == Int64(cut))
            let rest = "0123456789".dropFirst(from)
            let resumed = player.answer(206, "bytes \(from)-9/10")
            for character in rest { player.send(Substring(String(character)), on: resumed) }
            #expect(isHashed(player.end(resumed)), "cut at \(cut), resumed at \(from)")
        }
    }
}

@Test func `hashes on where a connection died without a word`() {
    let player = Player()
    let dead = player.answer(200) { $0.contentLength = 10 }
    player.send("01234", on: dead)
    let resumed = player.answer(206, "bytes 3-9/10")
    player.send("3456789", on: resumed)
    #expect(isHashed(player.end(resumed)))
    #expect(isHashed(player.end(dead, .truncated)), "still under way until then")
    #expect(player.assembler.count == 0)
}

@Test func `covers but does not hash what comes in parallel or backwards`() throws {
    let player = Player()
    let first = player.answer(206, "bytes 0-4/10")
    let second = player.answer(206, "bytes 5-9/10")
    player.send("56789", on: second)
    player.send("01234", on: first)
    _ = player.end(second)
    let parallel = try #require(player.end(first))
    #expect(parallel.isWhole && parallel.digesting == .outOfOrder && parallel.sha256 == nil)
    _ = player.play("56789", "bytes 5-9/10")
    let backwards = try #require(player.play("01234", "bytes 0-4/10"))
    #expect(backwards.isWhole && backwards.digesting == .outOfOrder && backwards.number == 2)
}

@Test func `counts overlapping bytes once and received ones each time`() throws {
    let player = Player()
    _ = player.play("012345", "bytes 0-5/10")
    let last = try #require(player.play("23456789", "bytes 2-9/10"))
    #expect(isHashed(last))
    #expect((last.coveredBytes, last.receivedBytes) == (10, 14))
}

@Test func `has no digest of a file with a hole, until the hole is fetched again`() throws {
    let player = Player()
    let holed = player.answer(206, "bytes 0-9/10")
    player.send("012", on: holed)
    player.miss(3, on: holed)
    player.send("6789", on: holed)
    let assembly = try #require(player.end(holed, .gap))
    #expect(assembly.coveredBytes == 7 && assembly.digesting == .incomplete)
    let filled = try #require(player.play("345", "bytes 3-5/10"))
    #expect(filled.isWhole && filled.digesting == .outOfOrder)
    _ = player.play("012", "bytes 0-2/10")
    let resumed = player.answer(206, "bytes 3-9/10")
    player.send("34", on: resumed)
    player.miss(1, on: resumed)
    player.send("6789", on: resumed)
    #expect(player.end(resumed, .gap)?.digesting == .incomplete)
}

// RFC 9110 §15.3.7.3: only a strong validator in all answers tells that bytes that came twice are the same.
@Test(arguments: [nil, "W/\"1\""])
func `has no digest when bytes came twice and may differ`(entityTag: String?) throws {
    let player = Player()
    _ = player.play("012345", "bytes 0-5/10")
    let last = try #require(player.play("23456789", "bytes 2-9/10") { $0.entityTag = nil })
    #expect(last.isWhole && last.digesting == .unconfirmed && last.sha256 == nil && last.md5 == nil)
    let weak = Player()
    _ = weak.play("012345", "bytes 0-5/10") { $0.entityTag = entityTag }
    #expect(weak.play("XX6789", "bytes 4-9/10") { $0.entityTag = entityTag }?.digesting == .unconfirmed)
    let exact = Player()
    _ = exact.play("012345", "bytes 0-5/10") { $0.entityTag = entityTag }
    #expect(isHashed(exact.play("6789", "bytes 6-9/10") { $0.entityTag = entityTag }), "nothing came twice")
}

// RFC 9110 §14.2: a server may ignore Range.
@Test func `takes the whole file from a server that ignores ranges`() throws {
    let player = Player()
    let first = player.answer(200) { $0.contentLength = 10 }
    player.send("01234", on: first)
    _ = player.end(first, .truncated)
    let whole = player.answer(200) {
        $0.contentLength = 10
        $0.range = "bytes=5-"
    }
    player.send("0123456789", on: whole)
    let assembly = try #require(player.end(whole))
    #expect(isHashed(assembly))
    #expect((assembly.exchanges, assembly.ignoredRanges, assembly.receivedBytes) == (2, 1, 15))
}

// RFC 9110 §13.1.5: 200 to If-Range means another version; §15.3.7.3: validators must be the same.
@Test func `never joins versions of a file`() {
    let player = Player()
    _ = player.play("0123", "bytes 0-3/10") { $0.entityTag = "\"a\"" }
    #expect(player.play("4567", "bytes 4-7/10") { $0.entityTag = "\"b\"" }?.number == 2)
    #expect(player.play("89", "bytes 8-9/11") { $0.entityTag = "\"b\"" }?.number == 3)
    let changed = player.answer(200) {
        $0.range = "bytes=8-"
        $0.ifRange = "\"b\""
    }
    player.send("0123456789", on: changed)
    #expect(player.end(changed) == nil, "a whole file of its own")
    _ = player.play("0123", "bytes 0-3/10") { $0.lastModified = "Sun, 06 Nov 1994 08:49:37 GMT" }
    let later = player.play("4567", "bytes 4-7/10") { $0.lastModified = "Sun, 06 Nov 1994 08:49:38 GMT" }
    #expect(later?.exchanges == 1)
    _ = player.play("0123", "bytes 0-3/10") { $0.contentEncoding = "gzip" }
    #expect(player.play("4567", "bytes 4-7/10")?.exchanges == 1)
}

@Test func `never joins clients, files or retries`() {
    let player = Player()
    for (url, client) in [("/a", 1), ("/b", 1), ("/a", 2)] as [(String, UInt32)] {
        let number = player.answer(206, "bytes 0-3/10", url: url, client: client)
        player.send("0123", on: number)
        #expect(player.end(number)?.exchanges == 1, "\(url) by \(client)")
    }
    let retry = player.answer(200, url: "/a") { $0.contentLength = 10 }
    player.send("0123456789", on: retry)
    #expect(player.end(retry) == nil)
}

@Test func `tells servers apart where no host is named`() {
    let player = Player()
    for server in [8, 9] as [UInt32] {
        let number = player.answer(206, "bytes 0-3/10") {
            $0.host = ""
            $0.server.address = IPAddress(ipv4: server)
        }
        #expect(player.end(number)?.exchanges == 1)
    }
}

@Test func `joins over a signature that changes only when the size speaks for it`() {
    let player = Player()
    for (url, range, exchanges) in [
        ("/a?sign=1", "bytes 0-3/10", 1), ("/a?sign=2", "bytes 4-7/10", 2), ("/a?sign=3", "bytes 8-9/*", 1),
    ] {
        let number = player.answer(206, range, url: url)
        player.send("0123", on: number)
        #expect(player.end(number)?.exchanges == exchanges, "\(url)")
    }
}

@Test func `forgets a download that is not resumed in time, and the longest silent ones of too many`() {
    var limits = AssemblyLimits()
    limits.assemblies = 8
    let player = Player(limits: limits)
    _ = player.play("0123", "bytes 0-3/10")
    player.now = player.now.advanced(by: .seconds(3_700))
    #expect(player.play("4567", "bytes 4-7/10")?.exchanges == 1)
    for index in 0..<100 {
        let number = player.answer(206, "bytes 0-3/10", url: "/\(index)")
        player.send("0123", on: number)
        _ = player.end(number)
        #expect(player.assembler.count <= 8)
    }
    let kept = player.answer(206, "bytes 4-7/10", url: "/99")
    #expect(player.end(kept)?.exchanges == 2)
    let open = (0..<9).map { player.answer(206, "bytes 0-3/10", url: "/open\($0)") }
    #expect(player.assembler.counts.refused == 1)
    #expect(player.end(open[8]) == nil)
    #expect(player.end(open[0])?.exchanges == 1)
}

@Test func `says nothing of a whole file that came alone, and of what is no file`() {
    let player = Player()
    let whole = player.answer(200)
    player.send("0123456789", on: whole)
    #expect(player.end(whole) == nil)
    for status in [204, 304, 404, 416] {
        let number = player.answer(status)
        #expect(player.end(number) == nil)
    }
    let head = player.answer(200) { $0.method = "HEAD" }
    #expect(player.end(head) == nil)
    #expect(player.assembler.count == 0)
}

@Test func `counts what it cannot place`() {
    let player = Player()
    let pieces = player.answer(206) { $0.contentType = "Multipart/byteranges; boundary=x" }
    #expect(player.end(pieces) == nil)
    for range in [nil, "bytes 5-4/10", "bytes 0-9/5", "bytes */10"] {
        let number = player.answer(206, range)
        #expect(player.end(number) == nil)
    }
    #expect(player.assembler.counts.multipart == 1 && player.assembler.counts.unplaceable == 4)
}

@Test func `hashes nothing from an answer with more bytes than its range`() throws {
    let player = Player()
    _ = player.play("01234XX", "bytes 0-4/10")
    let assembly = try #require(player.play("56789", "bytes 5-9/10"))
    #expect(assembly.isWhole && assembly.digesting == .outOfOrder)
    #expect(assembly.coveredBytes == 10)
}

// RFC 9110 §15.4.
@Test(arguments: [301, 302, 303, 307, 308])
func `follows redirects to the file`(status: Int) throws {
    let player = Player()
    let first = player.answer(status, url: "/old/fw.bin") { $0.location = "../moved" }
    #expect(player.end(first) == nil)
    let second = player.answer(status, url: "/moved") { $0.location = "http://h/fw.bin" }
    #expect(player.end(second) == nil)
    let other = player.answer(200, client: 2)
    player.send("0123456789", on: other)
    #expect(player.end(other) == nil, "another client was not sent there")
    let last = player.answer(200)
    player.send("0123456789", on: last)
    let assembly = try #require(player.end(last))
    #expect(assembly.redirects == [1, 2] && isHashed(assembly))
    player.now = player.now.advanced(by: .seconds(61))
    let late = player.answer(200)
    player.send("0123456789", on: late)
    #expect(player.end(late) == nil)
}

@Test func `bounds loops and numbers of redirects`() throws {
    var limits = AssemblyLimits()
    limits.redirects = 4
    let player = Player(limits: limits)
    for _ in 0..<40 {
        let number = player.answer(302, url: "/loop") { $0.location = "/loop" }
        _ = player.end(number)
    }
    let last = player.answer(200, url: "/loop")
    #expect(try #require(player.end(last)).redirects.count == 16)
    for index in 0..<40 {
        let number = player.answer(302, url: "/\(index)") { $0.location = "/to/\(index)" }
        _ = player.end(number)
    }
    let kept = player.answer(200, url: "/to/39")
    #expect(player.end(kept)?.redirects.count == 1)
}
