// Answers in any order, overlapping, parallel, cut and holed: what is said of the file is always true.

import Digests
import Testing
import Traffic

/// SplitMix64: the same seed gives the same numbers.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// One answer under way.
private struct Answer {
    var exchange: Exchange
    var digests = BodyDigests()
    var next: Int
    var end: Int
}

/// A client that fetches one file of 48 bytes as it likes.
private struct Client {
    let file = (0..<48).map { UInt8($0 * 5) }
    var random: Seeded
    var assembler = DownloadAssembler()
    var answers: [Int: Answer] = [:]
    /// What was seen of the file since an assembly was begun, by its number.
    var seen: Set<Int> = []
    var number = 0
    var hashed = 0

    mutating func begin() {
        number += 1
        let isRange = number > 1 && Int.random(in: 0..<5, using: &random) > 0
        let first = isRange ? Int.random(in: 0..<file.count, using: &random) : 0
        let end = isRange ? Int.random(in: first + 1...file.count, using: &random) : file.count
        let peer = Endpoint(address: IPAddress(ipv4: 1), port: UInt16(number))
        var exchange = Exchange(
            client: peer,
            server: peer,
            method: "GET",
            host: "h",
            target: "/f",
            range: "bytes=0-",
            requestedAt: Timestamp(seconds: Int64(number))
        )
        exchange.status = isRange ? 206 : 200
        exchange.contentRange = isRange ? "bytes \(first)-\(end - 1)/\(file.count)" : nil
        exchange.contentLength = Int64(end - first)
        exchange.entityTag = "\"1\""
        let known = answers
        assembler.answered(number, exchange) { known[$0]?.digests }
        answers[number] = Answer(exchange: exchange, next: first, end: end)
    }

    mutating func move(_ key: Int) {
        guard var answer = answers[key] else { return }
        let end = min(answer.end, answer.next + Int.random(in: 1...16, using: &random))
        if Int.random(in: 0..<12, using: &random) == 0 {
            answer.exchange.missingBytes += Int64(end - answer.next)
            assembler.miss(key, Int64(end - answer.next))
        } else {
            let piece = Array(file[answer.next..<end])
            if answer.exchange.missingBytes == 0 { answer.digests.receive(piece.span.bytes) }
            answer.exchange.bodyBytes += Int64(piece.count)
            seen.formUnion(answer.next..<end)
            assembler.receive(key, piece.span.bytes)
        }
        answer.next = end
        answers[key] = answer
    }

    /// Ends an answer; `false` when what is said of the file is not so.
    mutating func end(_ key: Int, _ whole: String) -> Bool {
        guard var answer = answers.removeValue(forKey: key) else { return true }
        answer.exchange.end = answer.next == answer.end ? .complete : .truncated
        guard let assembly = assembler.ended(key, answer.exchange, digests: answer.digests) else {
            return true
        }
        if assembly.sha256 != nil { hashed += 1 }
        return (assembly.sha256 ?? whole) == whole
            && (assembly.sha256 != nil) == (assembly.digesting == .whole)
            && assembly.coveredBytes <= Int64(seen.count) && (assembly.totalBytes ?? 48) == 48
    }
}

@Test func `never gives a digest that is not the file's, nor more coverage than was seen`() {
    var hashed = 0
    for seed in 0..<2_000 as Range<UInt64> {
        var client = Client(random: Seeded(state: seed))
        let whole = ContentSHA256.of(client.file.span.bytes)
        for _ in 0..<60 {
            let open = client.answers.keys.sorted()
            switch Int.random(in: 0..<6, using: &client.random) {
            case 0 where open.count < 4: client.begin()
            case 1:
                if let key = open.randomElement(using: &client.random) {
                    let isTrue = client.end(key, whole)
                    #expect(isTrue, "seed \(seed)")
                }
            default:
                if let key = open.randomElement(using: &client.random) { client.move(key) }
            }
        }
        hashed += client.hashed
    }
    #expect(hashed > 200, "the fast way was taken, too: \(hashed)")
}
