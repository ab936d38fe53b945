// `otatape record`: live, from a broker, an interface, or both at once.

import ArgumentParser
import Dialects
import Pipeline
import Sessions
import Store
import Synchronization
import Traffic

struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Record live from a broker, an interface, or both, until Ctrl-C or --duration.",
        discussion: """
            Each source is a recording of its own; both see one upgrade as one session. Sniffing needs root or \
            CAP_NET_RAW. The last words are a BPF filter, as for tcpdump (default: tcp or udp port 53).
            With look-ups of names among the packets, a download is explained that never began.

            Examples:
              otatape record --broker mqtt://127.0.0.1:1883
              otatape record --broker mqtts://ops@broker.example --password-file secret --cafile ca.pem
              otatape record --interface eth0 --duration 600 tcp port 1883 or tcp port 8080
              otatape record --broker mqtt://10.0.0.5 --interface any -w packets.pcap
              otatape record --interface eth0 --port 1883 --port 80 -w ring.pcap --file-size 100MB --file-count 10
              otatape record --broker mqtt://10.0.0.5 --retain 30d
              otatape record --status
              otatape record --interface eth0 -w failed.pcap --keep-last 5m --user otatape
            """
    )

    @Option(parsing: .unconditional, help: "Seconds to record; without it, until Ctrl-C.")
    var duration: Double?

    @OptionGroup(title: "Broker") var brokers: BrokerOptions

    @OptionGroup(title: "Sniffing") var sniffing: SniffingOptions

    @OptionGroup(title: "Operation") var operation: OperationOptions

    @OptionGroup var store: StoreOptions

    @OptionGroup(title: "Dialects") var dialects: DialectOptions

    @OptionGroup(title: "Limits") var reading: ReadingLimitOptions

    @OptionGroup(title: "Limits") var sessions: SessionLimitOptions

    func validate() throws {
        guard !brokers.broker.isEmpty || sniffing.interface != nil || operation.status else {
            throw ValidationError("Name a source: --broker mqtt://host, --interface NAME, or both.")
        }
        guard duration.map({ $0 > 0 && $0 < 1e9 }) ?? true else {
            throw ValidationError("--duration: give a number of seconds above 0.")
        }
    }

    func run() async throws {
        if operation.status {
            return try StatusText.show(storePath: store.resolvedPath, as: operation.format)
        }
        try await record()
    }

    private func record() async throws {
        let dialects = try dialects.load().dialects
        var plan = try plan
        if brokers.insecure {
            Console.note("warning: --insecure: the broker's certificate is taken for any name")
        }
        if let user = sniffing.user {
            // The interface first, for which root's rights are needed, and then nothing more with them.
            try plan.interface?.reserve()
            try Privileges.drop(to: user)
        }
        let opened = try store.openOrCreate()
        let reporter = StatusReporter(
            of: opened,
            sources: brokers.broker + [sniffing.interface].compactMap(\.self)
        )
        defer { reporter.end() }
        let stop = StopCondition(duration: duration.map { .seconds($0) })
        let (reason, summary) = try await LiveRecording.run(
            plan,
            store: opened,
            dialects: dialects
        ) { recording in
            Console.note("recording to \(opened.path); Ctrl-C ends it")
            for note in recording.takeNotes() { Console.note(Self.text(note)) }
            let pace = Mutex(ProgressPace())
            reporter.begin()
            defer { reporter.stopping() }
            return try await stop.wait(
                failure: { await recording.waitForFailure() },
                hangup: { recording.reopenPackets() }
            ) {
                let isWritten = try await recording.commit()
                let progress = await recording.progress
                if !isWritten {
                    Console.note(
                        "the store cannot be written (another program holds it, or the disk is full); what is recorded waits"
                    )
                }
                for note in recording.takeNotes() { Console.note(Self.text(note)) }
                let pruned = await recording.pruned
                let status = reporter.report(progress, isWritten: isWritten, pruned: pruned)
                if operation.isForMachines {
                    Console.write(StatusFile.json(status))
                } else if pace.withLock({ $0.isDue() }) {
                    Console.progress(Self.line(progress))
                }
            }
        }
        Console.endProgress()
        for note in summary.notes { Console.note(Self.text(note)) }
        let last = reporter.report(summary.progress, isWritten: true, pruned: summary.pruned)
        Console.write(operation.isForMachines ? StatusFile.json(last) : Self.line(summary.progress))
        if case .failed(let error) = reason { throw error }
    }

    private var plan: RecordingPlan {
        get throws {
            var plan = RecordingPlan()
            plan.brokers = try brokers.subscriptions()
            plan.topics = brokers.topic
            plan.qos = QoS(rawValue: brokers.qos) ?? .atLeastOnce
            if brokers.waitForBroker {
                plan.awaitsBrokers = { Console.note("\($0.message) Trying again.") }
            }
            plan.interface = sniffing.plan
            plan.retention = operation.retain?.retention
            plan.reading = reading.limits
            plan.sessions = sessions.limits
            return plan
        }
    }

    /// Deliveries in the spool that are more than the next second's work.
    private static let spooledWorthTelling: Int64 = 100_000

    private static func line(_ progress: RecordingProgress) -> String {
        "\(progress.messagesKept) of \(progress.messagesSeen) messages, \(Count.text(progress.transfers, "transfer")), "
            + "sessions: \(progress.outcomes[.open]) open, \(progress.outcomes[.ok]) ok, \(progress.outcomes[.failed]) failed; "
            + (progress.lastFailure.map { "last failure \(text($0)); " } ?? "")
            + LossText.summary(progress.losses)
            + (progress.spooled >= spooledWorthTelling ? "; \(progress.spooled) wait in the spool" : "")
            + (progress.obstacle.map { "; \($0)" } ?? "")
    }

    /// Which upgrade failed, and why, in a few words.
    private static func text(_ failure: FailedSession) -> String {
        "\(failure.key.deviceID) \(failure.key.command) (\(failure.failureClass?.rawValue ?? "unknown"))"
    }

    private static func text(_ note: RecordingNote) -> String {
        switch note {
        case .snapshot(let snapshot, let failures):
            let names = failures.prefix(3).map(text).joined(separator: ", ")
            let others = failures.count > 3 ? " and \(failures.count - 3) more" : ""
            let reach = snapshot.isCutShort ? ", as far as --keep-last-size reaches" : ""
            return "failed: \(names)\(others); \(Count.text(Int64(snapshot.packets), "packet")) since "
                + "\(snapshot.startedAt.text(decimals: 0))\(reach) in \(snapshot.path)"
        case .packetsNotKept(let reason):
            return "packets are not kept: \(reason)"
        case .broker(let url, let note):
            return BrokerNoteText.text(note, of: url)
        }
    }
}
