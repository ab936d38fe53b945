// The broker settings without which an absent recorder loses messages.

import Foundation
import Store

/// What this machine's mosquitto is told, as far as its files can be read. mosquitto.conf(5)
struct BrokerSettings {
    private let isReadable: Bool
    private let words: [String: String]

    /// Reads `mosquitto.conf` and `conf.d` in a folder; where a setting is there twice, the last one counts.
    init(folder: String) {
        let extra = folder + "/conf.d"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: extra)) ?? []
        let files =
            [folder + "/mosquitto.conf"]
            + names.filter { $0.hasSuffix(".conf") }.sorted().map { extra + "/" + $0 }
        let texts = files.compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }
        isReadable = !texts.isEmpty
        var words: [String: String] = [:]
        for line in texts.flatMap({ $0.split(whereSeparator: \.isNewline) }) {
            let parts = line.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
            if let name = parts.first, parts.count == 2, !name.hasPrefix("#") {
                words[name] = parts[1].filter { !$0.isWhitespace }
            }
        }
        self.words = words
    }

    private static let needs = "`max_queued_messages 0` and `persistence true` in mosquitto.conf"

    /// Whether the broker keeps what it cannot deliver while nobody records.
    func check(for recordings: [ExaminedRecording]) -> HealthCheck {
        let sources = recordings.filter { $0.kind == "broker" }.map(\.source)
        guard !sources.isEmpty else { return HealthCheck("broker", .ok, "nothing is recorded from one") }
        if let unseen = unseen(of: sources) {
            return HealthCheck(
                "broker",
                .warning,
                "the settings of \(unseen) cannot be seen from here",
                remedy:
                    "see that it has \(Self.needs): by default it keeps 1000 messages for an absent recorder"
            )
        }
        guard !missing.isEmpty else {
            return HealthCheck("broker", .ok, "keeps what it cannot deliver, a restart of its own included")
        }
        return HealthCheck(
            "broker",
            .warning,
            "this machine's mosquitto lacks \(missing.joined(separator: ", "))",
            remedy: "messages are lost while nobody records unless it has \(Self.needs)"
        )
    }

    /// What somebody who begins to record from these should see to; `nil` where all is known to be well.
    func advice(for sources: [String]) -> String? {
        guard !sources.isEmpty else { return nil }
        let consequence =
            "without, what it acknowledges while nobody records is lost beyond 1000 messages, or when it restarts; "
            + "`otatape doctor` says more"
        if let unseen = unseen(of: sources) {
            return "\(unseen): see that it has \(Self.needs); \(consequence)"
        }
        guard !missing.isEmpty else { return nil }
        return
            "warning: this machine's mosquitto.conf lacks \(missing.joined(separator: ", ")); \(consequence)"
    }

    /// The source whose settings cannot be looked at, if any.
    private func unseen(of sources: [String]) -> String? {
        sources.last { !Self.isHere($0) } ?? (isReadable ? nil : sources.first)
    }

    /// The settings that are not made here.
    private var missing: [String] {
        [
            words["max_queued_messages"] == "0" ? nil : "max_queued_messages 0",
            words["persistence"] == "true" ? nil : "persistence true",
        ].compactMap(\.self)
    }

    /// Whether a recording's source is on this machine: `mqtt://127.0.0.1:1883`.
    private static func isHere(_ source: String) -> Bool {
        let host = source.drop { $0 != "/" }.drop { $0 == "/" }
        return ["127.", "localhost", "[::1]"].contains { host.hasPrefix($0) }
    }
}
