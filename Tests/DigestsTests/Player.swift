// Plays HTTP answers for tests of the assembler.

import Digests
import Traffic

/// Plays answers into an assembler, with meters as a recorder has them.
final class Player {
    var assembler: DownloadAssembler
    private(set) var digests: [Int: BodyDigests] = [:]
    private var exchanges: [Int: Exchange] = [:]
    private var number = 0
    var now = Timestamp(seconds: 1_000)

    init(limits: AssemblyLimits = AssemblyLimits(), numbersTaken: Int = 0) {
        assembler = DownloadAssembler(limits: limits, numbersTaken: numbersTaken)
    }

    /// An answer's head; the exchange's number.
    func answer(
        _ status: Int,
        _ contentRange: String? = nil,
        url: String = "/fw.bin",
        client: UInt32 = 1,
        port: UInt16? = nil,
        _ change: (inout Exchange) -> Void = { _ in }
    ) -> Int {
        number += 1
        now = now.advanced(by: .seconds(1))
        var exchange = Exchange(
            client: Endpoint(address: IPAddress(ipv4: client), port: port ?? UInt16(number)),
            server: Endpoint(address: IPAddress(ipv4: 9), port: 80),
            method: "GET",
            host: "h",
            target: url,
            range: status == 206 ? "bytes" : nil,
            requestedAt: now
        )
        exchange.status = status
        exchange.contentRange = contentRange
        exchange.respondedAt = now
        exchange.entityTag = "\"1\""
        change(&exchange)
        digests[number] = BodyDigests()
        exchanges[number] = exchange
        let known = digests
        assembler.answered(number, exchange) { known[$0] }
        return number
    }

    /// Bytes of its body.
    func send(_ text: Substring, on number: Int) {
        let bytes = Array(text.utf8)
        now = now.advanced(by: .milliseconds(1))
        if exchanges[number]?.missingBytes == 0 { digests[number]?.receive(bytes.span.bytes) }
        exchanges[number]?.bodyBytes += Int64(bytes.count)
        exchanges[number]?.endedAt = now
        assembler.receive(number, bytes.span.bytes)
    }

    /// A hole in its body.
    func miss(_ count: Int64, on number: Int) {
        exchanges[number]?.missingBytes += count
        assembler.miss(number, count)
    }

    /// Its end.
    func end(_ number: Int, _ end: Exchange.End = .complete) -> DownloadAssembly? {
        guard var exchange = exchanges.removeValue(forKey: number) else { return nil }
        exchange.end = end
        return assembler.ended(
            number,
            exchange,
            digests: digests.removeValue(forKey: number) ?? BodyDigests()
        )
    }

    /// A whole answer.
    func play(_ text: Substring, _ contentRange: String, _ change: (inout Exchange) -> Void = { _ in })
        -> DownloadAssembly?
    {
        let number = answer(206, contentRange, change)
        send(text, on: number)
        return end(number)
    }
}
