// Delivery, dialects.md §7, 34, 36–38, 40, 41 and 51: what raises a finding, and what only nearly does.

import Dialects
import Sessions
import Testing
import Traffic

struct DeliveryFindingsTests {
    @Test func `transport-duplicate-rate: many redeliveries`() {
        for (count, isMany) in [(3, true), (2, false)] {
            var transcript = Transcript("A")
            transcript.offer(at: 0)
            for number in 0...count {
                transcript.say(.accept, at: 1 + Double(number), id: "c1", said: "x", qos: .atLeastOnce) {
                    $0.claimedAt = Transcript.at(1)
                }
            }
            #expect(found(.transportDuplicateRate, in: transcript).isEmpty != isMany)
        }
    }

    @Test func `transport-duplicate-rate: copies are none`() {
        var transcript = Transcript.successA()
        transcript.views = [.device, .subscription, .subscriber(1), .subscriber(2), .platform]
        transcript.accept(at: 1.95)
        #expect(found(.transportDuplicateRate, in: transcript).isEmpty)
    }

    @Test(arguments: [(QoS.atMostOnce, 1), (.atLeastOnce, 0), (.exactlyOnce, 0)])
    func `qos-downgrade: published below what the dialect declares`(qos: QoS, count: Int) {
        var transcript = Transcript("A")
        transcript.rules["A"]?.declaredQoS = [.up: .atLeastOnce]
        transcript.offer(at: 0)
        transcript.say(.accept, at: 1, id: "c1", qos: qos, views: [.device])
        #expect(found(.qosDowngrade, in: transcript).count == count)
    }

    @Test func `qos-downgrade: not for what a subscriber was given`() {
        var transcript = Transcript("A")
        transcript.rules["A"]?.declaredQoS = [.up: .atLeastOnce, .down: .exactlyOnce]
        transcript.offer(at: 0)
        transcript.accept(at: 1)
        #expect(found(.qosDowngrade, in: transcript).isEmpty)
    }

    @Test func `retained-command: an offer out of the broker's memory`() {
        var transcript = Transcript("A")
        transcript.views = [.device]
        transcript.isRetained = true
        transcript.offer(at: 0)
        #expect(found(.retainedCommand, in: transcript).count == 1)
        var near = Transcript("A")
        near.offer(at: 0)
        near.isRetained = true
        near.progress(at: 1, 5)
        #expect(found(.retainedCommand, in: near).isEmpty)
    }

    @Test func `begins no upgrade with what our own subscription gets out of the broker's memory`() {
        var transcript = Transcript("A")
        transcript.isRetained = true
        transcript.offer(at: 0)
        #expect(transcript.sessions().isEmpty)
        // The device is handed the same and acts on it: that is an upgrade.
        transcript.views = [.device]
        transcript.offer(at: 1)
        transcript.isRetained = false
        transcript.accept(at: 2)
        #expect(transcript.sessions().count == 1)
    }

    @Test(
        arguments: [
            (EventOddities.badTimestamp, Anomaly.Code.badTimestamp), (.unexpectedFields, .unexpectedFields),
            (.identityMismatch, .topicIdentityMismatch),
        ]
    )
    func `bad-timestamp, unexpected-fields, topic-identity-mismatch: odd, though readable`(
        oddity: EventOddities,
        code: Anomaly.Code
    ) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, 10)
        transcript.progress(at: 2, 20) {
            $0.oddities = oddity
            $0.oddity = "what is odd"
        }
        let odd = try #require(found(code, in: transcript).first)
        #expect(odd.text == "progress: what is odd")
        #expect(odd.messageIDs == [3])
        let codes: [Anomaly.Code] = [.badTimestamp, .unexpectedFields, .topicIdentityMismatch]
        for other in codes where other != code { #expect(found(other, in: transcript).isEmpty) }
    }

    @Test func `credential-leak: the device's words repeat a signed URL`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.result(at: 1, ok: false, reason: "404 for http://h/x?Signature=abc")
        let finding = try #require(found(.credentialLeak, in: transcript).first)
        #expect(!finding.text.contains("abc"))
        var near = Transcript("A")
        near.offer(at: 0)
        near.result(at: 1, ok: false, reason: "404 for http://h/x?part=2")
        #expect(found(.credentialLeak, in: near).isEmpty)
    }

    @Test func `credential-leak: in a log line of no session`() {
        var transcript = Transcript("A")
        transcript.say(.log, at: 1) { $0.reason = "GET http://h/x?token=abc" }
        transcript.say(.log, at: 2) { $0.reason = "GET http://h/x" }
        #expect(transcript.play(transcript.rows).findings.map(\.code) == [.credentialLeak])
    }
}
