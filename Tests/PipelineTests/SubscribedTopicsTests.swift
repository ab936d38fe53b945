// Messages that somebody asked for and that no dialect claims.

import BrokerLink
import Dialects
import Pipeline
import Sessions
import Store
import TestSupport
import Testing
import Traffic

@Suite(.serialized, .timeLimit(.minutes(5)))
struct SubscribedTopicsTests {
    private let folder: ScratchFolder
    private let dialects: DialectSet

    init() throws {
        folder = try ScratchFolder()
        dialects = try BuiltInDialects.load()
    }

    @Test func `keeps what was asked for beside what the dialects read`() async throws {
        let store = try UpgradeStore.open(path: folder.path("live.sqlite"), .createIfMissing)
        let totals = try await withPrivateBroker { broker in
            var plan = RecordingPlan()
            plan.brokers = [BrokerSubscription(url: broker.address.url)]
            plan.topics = ["gateways/+/log", "v1/#"]
            let said = ["gateways/7/log", "elsewhere/7/log", "v1/7/note", "v1/7/firmware/download/progress"]
            return try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in
                let device = try await BrokerClient.connect(to: broker.address)
                for topic in said {
                    try await device.publish(topic: topic, payload: Array("{}".utf8), qos: .atLeastOnce)
                }
                await device.disconnect()
            }.summary.progress
        }
        #expect(totals.messagesSeen == 3)
        #expect(totals.messagesKept == 3)
        let rows = try store.query(
            sql: """
                SELECT topic.name, rule_id IS NULL FROM message JOIN topic ON topic.id = topic_id ORDER BY topic.name
                """
        ).rows
        #expect(
            rows == [
                [.text("gateways/7/log"), .integer(1)],
                [.text("v1/7/firmware/download/progress"), .integer(0)],
                [.text("v1/7/note"), .integer(1)],
            ]
        )
        // Nothing in them is evidence, until a definition reads them.
        let before = try store.sessions().count
        _ = try Rederivation.run(store, dialects: dialects)
        #expect(try store.sessions().count == before)
        #expect(try store.query(sql: "SELECT count(*) FROM message").rows == [[.integer(3)]])
    }
}
