// `otatape reindex`: stored bytes, read again with today's dialects.

import ArgumentParser
import Pipeline
import Reports

struct ReindexCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "reindex",
        abstract: "Read all stored messages with today's dialects, and derive all sessions again.",
        discussion: """
            Sessions keep their numbers. Nothing that was recorded is changed; doing it twice changes nothing. What is \
            not as it was is told: messages that are read differently, sessions new, changed by field and gone, \
            findings new and gone.

            Examples:
              otatape reindex --store field.sqlite
              otatape reindex --dialect mine.yaml
              otatape reindex --format json
            """
    )

    @Option(help: "How to print what changed: text, or json with fields before and after, one by one.")
    var format: Format = .text

    @OptionGroup var store: StoreOptions

    @OptionGroup(title: "Dialects") var dialects: DialectOptions

    @OptionGroup(title: "Limits") var sessions: SessionLimitOptions

    func run() throws {
        let dialects = try dialects.load().dialects
        let opened = try store.open()
        var pace = ProgressPace()
        let report = try Rederivation.report(opened, dialects: dialects, limits: sessions.limits) { read in
            if pace.isDue() { Console.progress("read \(read) messages and downloads") }
        }
        Console.endProgress()
        let text = DerivationText(report, showSecrets: store.showSecrets)
        Console.write(format == .json ? text.json : text.summary)
        if let losses = text.losses { Console.note(losses) }
    }
}
