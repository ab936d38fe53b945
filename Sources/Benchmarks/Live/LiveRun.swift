// One recording of one stream of messages.

import Foundation

/// What a run came to.
struct LiveRun {
    /// Messages kept.
    var kept: Int
    /// Seconds from the first message published to the last one kept.
    var seconds: Double
    /// Seconds in which the broker took them all.
    var publishing: Double
    /// What the recorder cost.
    var cost: Cost

    /// Messages kept in a second.
    var rate: Double { Double(kept) / seconds }

    /// Records `messages` with `recorder`, from a broker of their own.
    init(_ recorder: LiveRecorder, messages: Int, qos: UInt8, in workplace: Workplace) throws {
        let broker = try LiveBroker(in: workplace)
        let program = try recorder.start(workplace, port: broker.port, qos: qos)
        try broker.waitForSubscriber(to: recorder.subscription)
        let words = ["publish", String(broker.port), "--messages", String(messages), "--qos", String(qos)]
        let publisher = try MeasuredProgram(path: "/proc/self/exe", arguments: words)
            .start(output: workplace.path("publishing.json"))
        let (end, kept) = try Self.wait(for: messages, recorder.counter(workplace))
        _ = try publisher.wait()
        cost = try program.stop()
        _ = try broker.stop()
        let told = try JSONDecoder().decode(
            Publishing.self,
            from: Data(contentsOf: URL(filePath: workplace.path("publishing.json")))
        )
        self.kept = kept
        seconds = end - told.beganAt
        publishing = told.endedAt - told.beganAt
    }

    /// Waits until all are kept, or nothing more comes for five seconds; when the last came, and how many did.
    private static func wait(for messages: Int, _ count: () throws -> Int) throws -> (Double, Int) {
        var (kept, at) = (0, Monotonic.now)
        // Before the first message there is no file, and the publisher composes all of them.
        let patience = (first: 30.0, later: 5.0)
        while kept < messages, Monotonic.now - at < (kept == 0 ? patience.first : patience.later) {
            usleep(2_000)
            let now = (try? count()) ?? 0
            if now > kept { (kept, at) = (now, Monotonic.now) }
        }
        return (at, kept)
    }

    /// The cells of the table.
    func cells(_ name: String) -> [String] {
        [
            name, String(kept), Figures.decimals(publishing, 2), Figures.decimals(seconds, 2),
            Figures.decimals(cost.processor, 2), cost.peakBytes.map(Figures.mebibytes) ?? "",
            String(Int(rate)),
        ]
    }
}
