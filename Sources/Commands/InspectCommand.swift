// `otatape inspect`: what a capture file holds, packet by packet, without a store.

import ArgumentParser
import Interchange
import Pipeline
import Traffic

struct InspectCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, jsonl
    }

    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "List the MQTT control packets and HTTP exchanges of a capture file.",
        discussion: """
            MQTT and HTTP are recognised by their bytes, on any port. Losses are reported on stderr.

            Examples:
              otatape inspect Captures/iot-cloud-ota-success.pcap
              otatape inspect field.pcapng --format jsonl | jq 'select(.type == "PUBLISH")'
            """
    )

    @Argument(help: "A pcap or pcapng file, plain or compressed with gzip or zstd; - reads standard input.")
    var file: String

    @Option(help: "How to print: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format: Format = .text

    @Flag(help: "Show credentials in URLs instead of ***.")
    var showSecrets = false

    @OptionGroup(title: "Limits") var reading: ReadingLimitOptions

    func run() throws {
        var text = OutputText()
        let summary = try CaptureListing.list(path: file, isHashing: format == .jsonl, limits: reading.limits)
        { rows in
            for row in rows {
                switch format {
                case .text: row.writeLine(to: &text, masked: !showSecrets)
                case .jsonl: row.writeJSON(to: &text, masked: !showSecrets)
                }
                text.endLine()
            }
            Console.write(bytes: text.bytes)
            text.removeAll()
        }
        Console.note("\(summary.packets) packets, \(LossText.summary(summary, summary.losses))")
        if let damage = summary.damage { Console.note(damage) }
    }
}
