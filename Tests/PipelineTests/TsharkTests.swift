// The project's captures as tshark reads them: the same control packets, topics and downloads.

import Foundation
import Interchange
import Pipeline
import TestSupport
import Testing
import Traffic

private let captures = ["iot-cloud-ota", "jetlinks"].flatMap { dialect in
    ["success", "corrupted", "missing"].map { "\(dialect)-\($0)" }
}

@Suite(.enabled(if: Tshark.isInstalled, "tshark is not installed"), .timeLimit(.minutes(2)))
struct TsharkTests {
    @Test(arguments: captures)
    func `reads the control packets and topics that tshark reads`(name: String) async throws {
        let path = Fixtures.captures.appending(path: "\(name).pcap").path
        let rows = try listing(of: path).compactMap { if case .mqtt(let row) = $0 { row } else { nil } }
        let broker = try #require(rows.first { $0.type == "CONNECT" }?.flow.destination.port)
        let fields = try await Tshark.fields(
            ["mqtt.msgtype", "mqtt.topic"],
            of: path,
            where: "mqtt",
            as: "tcp.port==\(broker),mqtt"
        )
        let topics = rows.filter { $0.type == "PUBLISH" || $0.type == "SUBSCRIBE" }
            .compactMap(\.topic).map { String(decoding: $0, as: UTF8.self) }
        #expect(fields["mqtt.msgtype"]?.count == rows.count)
        // tshark also gives the filters of a SUBSCRIBE as topics; ours lists those of PUBLISH.
        let published = (fields["mqtt.topic"] ?? []).filter { !$0.contains("+") && !$0.contains("#") }
        #expect(Set(topics).isSubset(of: published))
        #expect(topics.count == (fields["mqtt.msgtype"] ?? []).count { $0 == "3" })
    }

    @Test(arguments: captures)
    func `measures the downloads that tshark measures`(name: String) async throws {
        let path = Fixtures.captures.appending(path: "\(name).pcap").path
        let transfers = try listing(of: path).compactMap { if case .http(let row) = $0 { row } else { nil } }
        let host = try #require(transfers.first?.exchange.server.port)
        let fields = try await Tshark.fields(
            ["http.request.uri", "http.response.code", "http.content_length"],
            of: path,
            where: "http",
            as: "tcp.port==\(host),http"
        )
        #expect(fields["http.request.uri"]?.first == transfers.first?.exchange.target)
        #expect(fields["http.response.code"] == transfers.compactMap { $0.exchange.status.map(String.init) })
        #expect(fields["http.content_length"] == transfers.map { String($0.exchange.bodyBytes) })
    }

    private func listing(of path: String) throws -> [ListingRow] {
        var rows: [ListingRow] = []
        _ = try CaptureListing.list(path: path) { rows += $0 }
        return rows
    }
}

/// tshark as an oracle.
enum Tshark {
    static var isInstalled: Bool {
        ["/usr/bin/tshark", "/usr/local/bin/tshark"].contains {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    /// The values of `names` in all packets that pass `filter`, in capture order; several in one packet count singly.
    static func fields(
        _ names: [String],
        of path: String,
        where filter: String,
        as decoding: String
    ) async throws -> [String: [String]] {
        let words = ["-r", path, "-d", decoding, "-Y", filter, "-T", "fields", "-E", "separator=/t"]
        let text = try await output(of: words + names.flatMap { ["-e", $0] })
        var values: [String: [String]] = [:]
        for line in text.split(separator: "\n") {
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            for (name, column) in zip(names, columns) where !column.isEmpty {
                values[name, default: []] += column.split(separator: ",").map(String.init)
            }
        }
        return values
    }

    private static func output(of words: [String]) async throws -> String {
        let folder = try ScratchFolder()
        let file = folder.url.appending(path: "output")
        try Data().write(to: file)
        _ = try await ChildProcess.named("tshark", words, output: file)
        return try String(contentsOf: file, encoding: .utf8)
    }
}
