// `otatape record`: live, from a broker, an interface, or both at once.

import ArgumentParser
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
            CAP_NET_RAW. The last words are a BPF filter, as for tcpdump (default: tcp).

            Examples:
              otatape record --broker mqtt://127.0.0.1:1883
              otatape record --interface eth0 --duration 600 tcp port 1883 or tcp port 8080
              otatape record --broker mqtt://10.0.0.5 --interface any -w packets.pcap
            """
    )

    @Option(help: "Broker to subscribe to: mqtt://host[:port]; repeatable.")
    var broker: [String] = []

    @Option(name: [.short, .long], help: "Further topic filter to subscribe to; repeatable.")
    var topic: [String] = []

    @Option(name: [.short, .long], help: "QoS of the subscription: 0, 1 or 2.")
    var qos: UInt8 = 1

    @Option(name: [.customShort("i"), .long], help: "Interface to sniff, such as eth0, lo or any.")
    var interface: String?

    @Option(name: [.customShort("w"), .long], help: "Keep the sniffed packets in this pcap file too.")
    var write: String?

    @Option(parsing: .unconditional, help: "Seconds to record; without it, until Ctrl-C.")
    var duration: Double?

    @Argument(help: "BPF filter for the interface.")
    var filter: [String] = []

    @OptionGroup var store: StoreOptions

    @OptionGroup(title: "Dialects") var dialects: DialectOptions

    @OptionGroup(title: "Limits") var reading: ReadingLimitOptions

    @OptionGroup(title: "Limits") var sessions: SessionLimitOptions

    func validate() throws {
        guard !broker.isEmpty || interface != nil else {
            throw ValidationError("Name a source: --broker mqtt://host, --interface NAME, or both.")
        }
        guard QoS(rawValue: qos) != nil else { throw ValidationError("--qos \(qos): give 0, 1 or 2.") }
        guard interface != nil || (filter.isEmpty && write == nil) else {
            throw ValidationError("A filter and --write need an --interface.")
        }
        guard duration.map({ $0 > 0 && $0 < 1e9 }) ?? true else {
            throw ValidationError("--duration: give a number of seconds above 0.")
        }
    }

    func run() async throws {
        let dialects = try dialects.load().dialects
        let opened = try store.openOrCreate()
        let stop = StopCondition(duration: duration.map { .seconds($0) })
        let (reason, summary) = try await LiveRecording.run(
            plan,
            store: opened,
            dialects: dialects
        ) { recording in
            Console.note("recording to \(opened.path); Ctrl-C ends it")
            let pace = Mutex(ProgressPace())
            return try await stop.wait(failure: { await recording.waitForFailure() }) {
                let isWritten = try await recording.commit()
                let progress = await recording.progress
                if !isWritten {
                    Console.note(
                        "the store cannot be written (another program holds it, or the disk is full); what is recorded waits"
                    )
                }
                if pace.withLock({ $0.isDue() }) { Console.progress(Self.line(progress)) }
            }
        }
        Console.endProgress()
        Console.write(Self.line(summary.progress))
        if case .failed(let error) = reason { throw error }
    }

    private var plan: RecordingPlan {
        var plan = RecordingPlan()
        plan.brokers = broker.map { BrokerSubscription(url: $0) }
        plan.topics = topic
        plan.qos = QoS(rawValue: qos) ?? .atLeastOnce
        plan.interface = interface
        plan.packetFile = write
        plan.reading = reading.limits
        plan.sessions = sessions.limits
        if !filter.isEmpty { plan.filter = filter.joined(separator: " ") }
        return plan
    }

    /// Deliveries in the spool that are more than the next second's work.
    private static let spooledWorthTelling: Int64 = 100_000

    private static func line(_ progress: RecordingProgress) -> String {
        "\(progress.messagesKept) of \(progress.messagesSeen) messages, \(Count.text(progress.transfers, "transfer")), "
            + "sessions: \(progress.outcomes[.open]) open, \(progress.outcomes[.ok]) ok, \(progress.outcomes[.failed]) failed; "
            + LossText.summary(progress.losses)
            + (progress.spooled >= spooledWorthTelling ? "; \(progress.spooled) wait in the spool" : "")
            + (progress.obstacle.map { "; \($0)" } ?? "")
    }
}
