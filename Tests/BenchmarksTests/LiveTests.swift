// Messages of the live benchmarks, and the programs that run beside them.

import Dialects
import Foundation
import Pipeline
import TestSupport
import Testing
import Traffic

@testable import Benchmarks

struct LiveTests {
    @Test(arguments: [UInt8(0), 1])
    func `all messages are 150 bytes and of one length, so that a file's size tells how many are in it`(
        qos: UInt8
    ) {
        let messages = LiveMessages(qos: qos)
        for number in [0, 1, 999, 1_000, 65_534, 65_535, 399_999] {
            #expect(messages.payload(number).utf8.count == 150)
            #expect(messages.packet(number).count == messages.packet(0).count)
            let line = "\(messages.topic(number)) \(messages.payload(number))\n"
            #expect(line.utf8.count == messages.lineBytes)
        }
    }

    @Test func `the messages are progress reports that a built-in dialect reads`() throws {
        let messages = LiveMessages(qos: 0)
        let dialects = try BuiltInDialects.load()
        let message = Message(
            recordedAt: Timestamp(seconds: 0),
            vantage: Vantage(recordingID: 1, connection: 0),
            direction: .fromBroker,
            topic: Array(messages.topic(1_234).utf8),
            payload: Array(messages.payload(1_234).utf8),
            qos: .atMostOnce
        )
        let event = try #require(dialects.read(message))
        #expect(event.kind == .progress && event.deviceID == "1234")
    }

    @Test func `counts the lines of a file as it grows`() throws {
        let folder = try ScratchFolder()
        let path = folder.path("live.txt")
        let lines = LineCount(path: path)
        #expect(try lines.count() == 0)
        try "a\nb\n".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(try lines.count() == 2)
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data("c\nd".utf8))
        #expect(try lines.count() == 3)
    }

    @Test func `a program that is stopped is waited for once, and told what it cost`() async throws {
        let costs = try await withCheckedThrowingContinuation {
            (ended: CheckedContinuation<[Cost], any Error>) in
            Thread.detachNewThread {
                ended.resume(
                    with: Result {
                        let program = try MeasuredProgram(path: "sleep", arguments: ["60"]).start()
                        return [try program.stop(), try program.stop()]
                    }
                )
            }
        }
        #expect(costs[0].wall < 60 && costs[1].wall == costs[0].wall)
    }
}
