// HTTP on every prefix, every split point, and damaged in all ways.

import Testing
import Traffic
import Wire

private let requests =
    "GET /fw.bin HTTP/1.1\r\nHost: h\r\nRange: bytes=0-\r\n\r\nPUT /up HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody"
    + "POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;e=1\r\nab\r\n0\r\nT: x\r\n\r\nHEAD /h HTTP/1.1\r\n\r\n"
private let responses =
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 206 Partial\r\nContent-Range: bytes 0-4/9\r\nContent-Length: 5\r\n\r\nabcde"
    + "HTTP/1.1 204 None\r\n\r\nHTTP/1.1 200 OK\nTransfer-Encoding:\n chunked\n\n4;n=v\r\nWiki\r\n05\npedia\r\n0\r\n"
    + "Trailer: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
private let expected = [
    "GET /fw.bin 206 5 complete", "PUT /up 204 0 complete", "POST /c 200 9 complete",
    "HEAD /h 200 0 complete",
]

/// Whether every exchange that began ended, once.
private func isBalanced(_ book: Notebook) -> Bool {
    Set(book.ended.map(\.number)) == Set(book.begun.keys) && book.ended.count == book.begun.count
}

@Test func `reads the same from every split of either direction`() {
    for split in 0...responses.utf8.count {
        let tap = Tap()
        tap.open()
        tap.send(.client, requests)
        tap.send(.server, Array(responses.utf8.prefix(split)))
        tap.send(.server, Array(responses.utf8.dropFirst(split)))
        #expect(tap.book.exchangeLines == expected, "responses split at \(split)")
    }
    for split in 0...requests.utf8.count {
        let tap = Tap()
        tap.open()
        tap.send(.client, Array(requests.utf8.prefix(split)))
        tap.send(.client, Array(requests.utf8.dropFirst(split)))
        tap.send(.server, responses)
        #expect(tap.book.exchangeLines == expected, "requests split at \(split)")
    }
}

@Test func `ends every exchange of every prefix, and never says complete too early`() {
    for count in 0...responses.utf8.count {
        let tap = Tap()
        tap.open()
        tap.send(.client, requests)
        tap.send(.server, Array(responses.utf8.prefix(count)))
        let complete = tap.book.exchangeLines
        #expect(complete == Array(expected.prefix(complete.count)), "\(count) bytes")
        tap.finish()
        #expect(isBalanced(tap.book) && tap.book.ended.count == 4)
        let later = tap.book.exchangeLines.dropFirst(complete.count)
        #expect(later.allSatisfy { $0.hasSuffix("open") })
    }
}

@Test func `gives every exchange one end for a hole at every place`() {
    for start in 0..<responses.utf8.count {
        for length in [1, 7, 60] where start + length <= responses.utf8.count {
            let tap = Tap()
            tap.open()
            tap.send(.client, requests)
            tap.send(.server, Array(responses.utf8.prefix(start)))
            tap.skip(.server, length)
            tap.send(.server, Array(responses.utf8.dropFirst(start + length)))
            tap.finish()
            #expect(isBalanced(tap.book), "\(length) bytes missing at \(start)")
            let seen = tap.book.ended.map { $0.exchange.bodyBytes }.reduce(0, +)
            #expect(seen <= 14)
        }
    }
}

@Test func `survives damage of any kind`() {
    var generator = SeededGenerator(seed: 9_112)
    for _ in 0..<1_500 {
        let tap = Tap()
        if Bool.random(using: &generator) { tap.open() }
        var sides: [(Tap.Sender, [UInt8])] = [
            (.client, Array(requests.utf8)), (.server, Array(responses.utf8)),
        ]
        for index in sides.indices {
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let place = Int.random(in: 0..<sides[index].1.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: sides[index].1[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: sides[index].1.remove(at: place)
                default: sides[index].1.insert(contentsOf: sides[index].1.prefix(place), at: place)
                }
            }
        }
        for (sender, bytes) in sides.shuffled(using: &generator) {
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...90, using: &generator))
                rest = rest.dropFirst(piece.count)
                if Int.random(in: 0..<20, using: &generator) == 0 {
                    tap.skip(sender, piece.count)
                } else {
                    tap.send(sender, Array(piece))
                }
            }
        }
        tap.finish()
        #expect(isBalanced(tap.book))
    }
}
