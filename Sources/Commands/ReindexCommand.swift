// `otatape reindex`: stored bytes, read again with today's dialects.

import ArgumentParser
import Pipeline
import Store

struct ReindexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex",
        abstract: "Derive all sessions again from the stored messages and downloads.",
        discussion: """
            Sessions keep their numbers. Nothing that was recorded is changed; doing it twice changes nothing.

            Example:
              otatape reindex --store field.sqlite
            """
    )

    @OptionGroup var store: StoreOptions

    @OptionGroup(title: "Dialects") var dialects: DialectOptions

    @OptionGroup(title: "Limits") var sessions: SessionLimitOptions

    func run() throws {
        let dialects = try dialects.load().dialects
        let opened = try store.open()
        try Rederivation.run(opened, dialects: dialects, limits: sessions.limits)
        let count = try opened.sessions(matching: SessionFilter(limit: .max)).count
        Console.write("derived " + Count.text(count, "session"))
    }
}
