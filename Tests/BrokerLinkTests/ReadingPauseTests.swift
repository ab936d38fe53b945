// Messages that come one by one are read several at a time, and nobody waits for it who needs an answer.

import Foundation
import Synchronization
import Testing
import Traffic

@testable import BrokerLink

struct ReadingPauseTests {
    private static let start = ContinuousClock.now
    private var pause = ReadingPause(length: .milliseconds(50))

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant {
        Self.start + .milliseconds(milliseconds)
    }

    @Test mutating func `rests after a few messages, and again after those that gathered`() {
        pause.turnEnded(messages: 1, isOwed: true, at: at(0))
        #expect(pause.end == at(50))
        pause.finish(after: .milliseconds(3))
        #expect(pause.end == nil)
        pause.turnEnded(messages: 5, isOwed: true, at: at(51))
        #expect(pause.end == at(101))
    }

    @Test mutating func `does not rest when nothing came, when much came, or when it is not to`() {
        pause.turnEnded(messages: 0, isOwed: true, at: at(0))
        #expect(pause.end == nil)
        pause.turnEnded(messages: 16, isOwed: true, at: at(0))
        #expect(pause.end == nil)
        var never = ReadingPause(length: .zero)
        never.turnEnded(messages: 1, isOwed: true, at: at(0))
        #expect(never.end == nil)
    }

    @Test mutating func `takes a breath in a stream in which nobody waits for it`() {
        pause.turnEnded(messages: 500, isOwed: false, at: at(0))
        #expect(pause.end == at(1))
    }

    @Test mutating func `looks for more at once after the last few of a burst`() {
        pause.turnEnded(messages: 500, isOwed: true, at: at(0))
        pause.turnEnded(messages: 3, isOwed: true, at: at(1))
        #expect(pause.end == nil)
        pause.turnEnded(messages: 1, isOwed: true, at: at(2))
        #expect(pause.end == at(52))
    }

    @Test mutating func `does not slow down a broker that waits for our acknowledgements`() {
        pause.turnEnded(messages: 1, isOwed: true, at: at(0))
        // All of it came at the beginning of the pause: the broker could have sent more.
        pause.finish(after: .milliseconds(50))
        pause.turnEnded(messages: 1, isOwed: true, at: at(50))
        #expect(pause.end == nil)
        pause.turnEnded(messages: 1, isOwed: true, at: at(1_049))
        #expect(pause.end == nil)
        pause.turnEnded(messages: 1, isOwed: true, at: at(1_050))
        #expect(pause.end == at(1_100))
    }

    @Test mutating func `takes silence for no sign when nothing had gathered`() {
        pause.turnEnded(messages: 1, isOwed: true, at: at(0))
        pause.finish(after: .milliseconds(51))
        pause.turnEnded(messages: 0, isOwed: true, at: at(51))
        #expect(pause.end == nil)
        pause.turnEnded(messages: 1, isOwed: true, at: at(60))
        #expect(pause.end == at(110))
    }

    @Test(.timeLimit(.minutes(1)))
    func `ends a rest at once when an answer is waited for`() async throws {
        try await withPrivateBroker { broker in
            // A pause that would outlast the test.
            var options = ClientOptions()
            options.gatheringTime = .seconds(3_600)
            let subscriber = try await BrokerClient.connect(to: broker.address, options: options)
            try await subscriber.subscribe(to: ["t"], qos: .atLeastOnce)
            let publisher = try await BrokerClient.connect(to: broker.address)
            for number in 0..<10 {
                try await publisher.publish(topic: "t", payload: [UInt8(number)], qos: .atLeastOnce)
            }
            // What came before the SUBACK has been handed on with it.
            try await subscriber.subscribe(to: ["u"], qos: .atLeastOnce)
            var taken: [[UInt8]] = []
            for await delivery in subscriber.deliveries {
                taken.append(delivery.payload)
                if taken.count == 10 { break }
            }
            #expect(taken == (0..<10).map { [UInt8($0)] })
            await subscriber.disconnect()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `reads many messages in few turns, however many there were before`() async throws {
        try await withPrivateBroker { broker in
            let count = 3_000
            let options = ClientOptions(clientID: "late", isCleanSession: false)
            let early = try await BrokerClient.connect(to: broker.address, options: options)
            try await early.subscribe(to: ["t"], qos: .atLeastOnce)
            await early.disconnect()
            let publisher = try await BrokerClient.connect(to: broker.address)
            for _ in 0..<count { try await publisher.publish(topic: "t", payload: [1], qos: .atLeastOnce) }
            let turns = Mutex<[Int]>([])
            let late = try await BrokerClient.connect(
                to: broker.address,
                options: options,
                sink: { deliveries in
                    turns.withLock { $0.append(deliveries.entries.count) }
                    return true
                }
            )
            // The broker answers in order: its SUBACK comes when it has sent what its window allows, the last in the end.
            while turns.withLock({ $0.reduce(0, +) }) < count {
                try await late.subscribe(to: ["u"], qos: .atLeastOnce)
            }
            let later = turns.withLock { Array($0.dropFirst($0.count / 2)) }
            #expect(later.contains { $0 > 1 }, "\(later.prefix(100))")
            await late.disconnect()
        }
    }
}
