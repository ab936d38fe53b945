// `otatape record`: live, from a broker, an interface, or both at once.

import ArgumentParser
import Foundation
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
              otatape record --broker mqtt://10.0.0.5 --rotate-store 1d
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
        guard operation.rotateStore == nil || sniffing.user == nil else {
            throw ValidationError(
                "--rotate-store opens the interface again, for which --user has given the right away; start as that user "
                    + "with CAP_NET_RAW instead."
            )
        }
        guard operation.rotateStore == nil || sniffing.plan?.packetFiles.map(\.isSeries) ?? true else {
            throw ValidationError(
                "--rotate-store would overwrite --write FILE; give --file-size or --file-time."
            )
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
        guard sniffing.interface != nil || sniffing.filter.isEmpty else {
            throw ValidationError("A filter needs an --interface.")
        }
        let dialects = try dialects.load().dialects
        var plan = try plan
        if let user = sniffing.user {
            // The interface first, for which root's rights are needed, and then nothing more with them.
            try plan.interface?.reserve()
            try Privileges.drop(to: user)
        }
        try plan.interface?.packetFiles?.check()
        // Whoever has files rotated may say so at any time; until there is a recording there is nothing to reopen.
        signal(SIGHUP, SIG_IGN)
        let opened = try store.openOrCreate()
        let reporter = StatusReporter(
            of: opened,
            sources: brokers.broker + [sniffing.interface].compactMap(\.self)
        )
        defer { reporter.end() }
        let stop = StopCondition(duration: duration.map { .seconds($0) })
        plan.awaitBrokers(atStart: brokers.waitForBroker, until: stop, reporter)
        guard let (reason, summary) = try await run(plan, into: opened, dialects, until: stop, reporter)
        else {
            return
        }
        Console.endProgress()
        for note in summary.notes { Console.note(RecordingText.line(note)) }
        let last = reporter.report(summary.progress, isWritten: true, pruned: summary.pruned)
        if summary.progress.spooledPackets > 0 { Console.note(RecordingText.leftOnDisk(summary.progress)) }
        // The store and the status are in order whether or not anybody reads how it ended.
        _ = Console.offer(
            operation.isForMachines ? StatusFile.json(last) : RecordingText.line(summary.progress)
        )
        if case .failed(let error) = reason { throw error }
    }

    /// Records until it is to end; `nil` when that was asked for while a broker was waited for.
    private func run(
        _ plan: RecordingPlan,
        into opened: UpgradeStore,
        _ dialects: DialectSet,
        until stop: StopCondition,
        _ reporter: StatusReporter
    ) async throws -> (StopCondition.Reason, RecordingSummary)? {
        let advice = Mutex(plan.brokerAdvice())
        let ending = RecordingEnd(reporter: reporter, isForMachines: operation.isForMachines)
        do {
            return try await RecordingSeries.run(
                plan,
                store: opened,
                dialects: dialects,
                until: stop,
                notify: { Console.note(RecordingText.line($0)) },
                ending: { await ending.follow($0) }
            ) { recording in
                if let advice = advice.withLock({ $0.take() }) { Console.note(advice) }
                return try await follow(recording, until: stop, reporter)
            }
        } catch is RunError where reporter.isWaiting && stop.isSignalled {
            // Who stops a service that waits has got what he wanted.
            Console.note("ended while it waited for a broker")
            return nil
        }
    }

    /// Tells of a recording until it is to end.
    private func follow(
        _ recording: LiveRecording,
        until stop: StopCondition,
        _ reporter: StatusReporter
    ) async throws -> StopCondition.Reason {
        Console.note("recording to \(store.resolvedPath); Ctrl-C ends it")
        for note in recording.takeNotes() { Console.note(RecordingText.line(note)) }
        let news = Mutex(RecordingNews())
        // Whoever hears that we are ready may send a signal at once.
        await stop.begin()
        reporter.begin()
        let reason = try await stop.wait(
            failure: { await recording.waitForFailure() },
            hangup: { recording.reopen() ? .succeeded : nil },
            every: operation.isForMachines || Console.isErrorTerminal ? .seconds(1) : .seconds(2),
            tick: {
                try await tell(of: recording, reporter, news)
                return try recording.isToBeSucceeded() ? .succeeded : nil
            }
        )
        if case .succeeded = reason {
            Console.endProgress()
        } else {
            reporter.stopping()
        }
        return reason
    }

    /// Says how a recording stands, once what it has gathered is written.
    private func tell(
        of recording: LiveRecording,
        _ reporter: StatusReporter,
        _ news: borrowing Mutex<RecordingNews>
    ) async throws {
        let isWritten = try await recording.commit()
        let progress = await recording.progress
        // Said once, however long it lasts; the status says it all the time.
        if news.withLock({ $0.isFirst(\.isUnwritten, !isWritten) }) {
            Console.note(
                "the store cannot be written (another program holds it, or the disk is full); what is recorded waits"
            )
        }
        for note in recording.takeNotes() { Console.note(RecordingText.line(note)) }
        let status = reporter.report(progress, isWritten: isWritten, pruned: await recording.pruned)
        if operation.isForMachines {
            let isLost = !Console.offer(StatusFile.json(status))
            if news.withLock({ $0.isFirst(\.isUnread, isLost) }) {
                Console.note("warning: the output cannot be written; recording goes on without")
            }
        } else if !reporter.hasSupervisor, let rate = news.withLock({ $0.rateWhenDue(of: progress) }) {
            Console.progress(RecordingText.line(progress, rate: rate))
        }
    }

    private var plan: RecordingPlan {
        get throws {
            var plan = RecordingPlan()
            plan.brokers = try brokers.subscriptions()
            if brokers.insecure {
                Console.note("warning: --insecure: the broker's certificate is taken for any name")
            }
            plan.topics = brokers.topic
            plan.qos = brokers.qos.flatMap(QoS.init(rawValue:)) ?? .atLeastOnce
            plan.interface = sniffing.plan
            plan.retention = operation.retain?.retention
            plan.span = operation.rotateStore?.span
            plan.reading = reading.limits
            plan.sessions = sessions.limits
            return plan
        }
    }
}

private extension RecordingPlan {
    /// Tells whoever watches the recorder that it waits for a broker: between two stores, and at the start if it is to.
    mutating func awaitBrokers(atStart: Bool, until stop: StopCondition, _ reporter: StatusReporter) {
        whileWaiting = { words in
            reporter.wait(for: words)
            return !stop.isOver
        }
        guard atStart else { return }
        let news = NewsFilter()
        awaitsBrokers = { error in
            await stop.begin()
            if news.isNew(error.message) { Console.note("\(error.message) Trying again.") }
            return !stop.isOver
        }
    }
}
