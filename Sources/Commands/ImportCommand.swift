// `otatape import`: capture files into the store.

import ArgumentParser
import Dialects
import Pipeline
import Store
import Traffic

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import capture files (pcap, pcapng; plain, gzip or zstd) into the store.",
        discussion: """
            Each file becomes a recording; evidence of one upgrade from several files joins one session. Files given \
            together that continue one another (tcpdump -C, -G, -W), in whatever order, are read as one, downloads \
            across them included; so are those imported before, which are read again if they are still there. The same \
            file is imported once only: a second time it is passed over, and the exit code is 2. What a capture does not \
            hold is counted and said.

            Examples:
              otatape import Captures/*.pcap
              otatape import broker-tap.pcapng device-tap.pcapng --store field.sqlite
              otatape import trace.pcap*
              otatape import --no-sessions archive/*.pcap.zst && otatape reindex
            """
    )

    @Argument(help: "Capture files.", completion: .file(extensions: ["pcap", "pcapng", "cap", "gz", "zst"]))
    var files: [String]

    @Flag(
        help: "Keep messages and downloads only; `otatape reindex` derives the sessions, once for many files."
    )
    var noSessions = false

    @OptionGroup var store: StoreOptions

    @OptionGroup(title: "Dialects") var dialects: DialectOptions

    @OptionGroup(title: "Limits") var reading: ReadingLimitOptions

    @OptionGroup(title: "Limits") var sessions: SessionLimitOptions

    func run() async throws {
        let dialects = try dialects.load().dialects
        try requireCapture()
        let opened = try store.openOrCreate()
        let importer = CaptureImport(
            store: opened,
            dialects: dialects,
            reading: reading.limits,
            sessions: sessions.limits,
            // Sessions that rest on several files are derived once, from all of them.
            derivesSessions: !noSessions && files.count == 1
        )
        let outcome = await load(with: importer)
        // What was read before a failure has sessions, too, and so has what an earlier import was cut off in.
        let isDue = try !opened.recordingsWithoutSessions().isEmpty
        if !noSessions, isDue, outcome.failure == nil || outcome.imported > 0 { try derive(opened, dialects) }
        if let failure = outcome.failure { throw failure }
        if outcome.imported == 0 { Console.note("nothing new") }
        Console.note("store: \(opened.path)")
        guard outcome.isAllWell else { throw ExitCode(2) }
    }

    /// Throws where there is nothing to import: a name mistyped makes no store.
    private func requireCapture() throws {
        let failures = files.compactMap { file in CaptureImport.failure(toOpen: file) }
        guard failures.count == files.count, let last = failures.last else { return }
        for failure in failures.dropLast() { Console.note("passed over: \(failure.message)") }
        throw last
    }

    /// What became of the files.
    private struct Outcome {
        var imported = 0
        /// The recordings that were made.
        var recordings: Set<Int64> = []
        /// Whether all were read, and to their ends.
        var isAllWell = true
        /// What ended it early.
        var failure: (any Error)?
    }

    private func load(with importer: CaptureImport) async -> Outcome {
        var outcome = Outcome()
        var series = CaptureSeries(files)
        while let file = series.takeFirst() {
            do {
                let summary = try await load(
                    file,
                    before: series,
                    besides: outcome.recordings,
                    with: importer
                )
                outcome.recordings.insert(summary.recordingID)
                series.remove(summary.paths.filter { $0 != file })
                outcome.imported += 1
                outcome.isAllWell = outcome.isAllWell && summary.capture.damage == nil
            } catch let error as StoreError where error.code == .alreadyImported {
                // A folder that is imported every night holds yesterday's files too.
                Console.note("passed over: \(error.message)")
                outcome.isAllWell = false
            } catch let error as RunError where error.code == .unreadable {
                Console.note("passed over: \(error.message)")
                outcome.isAllWell = false
            } catch {
                outcome.failure = error
                return outcome
            }
        }
        return outcome
    }

    /// Derives the sessions of all files at once.
    private func derive(_ store: UpgradeStore, _ dialects: DialectSet) throws {
        var pace = ProgressPace()
        try Rederivation.run(store, dialects: dialects, limits: sessions.limits) { read in
            Self.show(.deriving(read), &pace)
        }
        Console.endProgress()
    }

    private static func show(_ step: ImportProgress, of file: String = "", _ pace: inout ProgressPace) {
        guard pace.isDue() else { return }
        switch step {
        case .reading(let capture, let kept):
            Console.progress("\(file): \(capture.packets) packets, \(kept.messagesKept) messages")
        case .deriving(let read):
            Console.progress("deriving sessions: \(read) messages and downloads read")
        }
    }

    /// Imports one file, and those that continue it.
    private func load(
        _ file: String,
        before series: CaptureSeries,
        besides tried: Set<Int64>,
        with importer: CaptureImport
    ) async throws -> ImportSummary {
        var pace = ProgressPace()
        let candidates = series.likely(after: file)
        let summary = try await importer.run(path: file, continuedBy: candidates, besides: tried) { step in
            Self.show(step, of: file, &pace)
        }
        Console.endProgress()
        report(summary)
        return summary
    }

    private func report(_ summary: ImportSummary) {
        let kept = summary.kept
        let files = summary.paths.joined(separator: ", ")
        Console.write(
            "\(TerminalText.escaped(files)): recording \(summary.recordingID), \(summary.capture.packets) packets, "
                + "\(kept.messagesKept) of \(kept.messagesSeen) messages kept"
                + (kept.unreadable > 0 ? " (\(kept.unreadable) unreadable)" : "")
                + ", \(Count.text(kept.transfers, "transfer")); "
                + LossText.summary(summary.capture, kept.losses)
        )
        if let damage = summary.capture.damage { Console.note(damage) }
    }
}
