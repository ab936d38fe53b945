// One attempt to run a broker: start, readiness, draining of its log, teardown.

import Subprocess
import SystemPackage
import Waiting

/// A mosquitto process from start to end.
struct BrokerRun {
    /// How the attempt went.
    enum Outcome<Value: Sendable>: Sendable {
        /// The broker ran and so did the body.
        case finished(Value)
        /// Somebody else took the port first.
        case portTaken
    }

    /// How the start went, as the log tells.
    private enum Start: Sendable {
        case running
        case ended(log: String)
    }

    /// Long enough for a loaded machine, and the broker writes nothing on the way out.
    private static let teardown = [TeardownStep.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
    /// Bytes of the log that are kept until the broker runs.
    private static let logLimit = 16_384

    let program: String
    let settingsPath: String
    let port: UInt16

    /// Runs the broker around `body`.
    func callAsFunction<Value: Sendable>(
        _ body: (PrivateBroker) async throws -> Value
    ) async throws -> Outcome<Value> {
        let start = Settlement<Start>()
        let result = try await Subprocess.run(
            configuration,
            input: .none,
            output: .discarded,
            error: .sequence
        ) { execution in
            async let log: Void = Self.follow(execution.standardError, settling: start)
            do {
                let outcome = try await withStart(start, execution.processIdentifier.value, body)
                await execution.teardown(using: Self.teardown)
                await log
                return outcome
            } catch {
                await execution.teardown(using: Self.teardown)
                throw error
            }
        }
        return result.closureResult
    }

    private var configuration: Configuration {
        var options = PlatformOptions()
        // A group of its own: Ctrl-C in a terminal must reach us alone, since we still need the broker to end well.
        options.processGroupID = 0
        options.teardownSequence = Self.teardown
        return Configuration(
            executable: .path(FilePath(program)),
            arguments: ["-c", settingsPath],
            platformOptions: options
        )
    }

    private func withStart<Value: Sendable>(
        _ start: Settlement<Start>,
        _ processID: Int32,
        _ body: (PrivateBroker) async throws -> Value
    ) async throws -> Outcome<Value> {
        switch try await start.value() {
        case .running:
            let address = BrokerAddress(host: "127.0.0.1", port: port)
            return .finished(try await body(PrivateBroker(address: address, processID: processID)))
        case .ended(let log) where log.contains("Address already in use"):
            return .portTaken
        case .ended(let log):
            throw BrokerError(
                .brokerFailed,
                "The private broker ended before it was ready; try `\(program) -v` by hand.",
                cause: log
            )
        }
    }

    /// Reads the log to its end, so that the broker never waits for us, and keeps nothing once the broker runs.
    private static func follow(_ log: SubprocessOutputSequence, settling start: Settlement<Start>) async {
        var text = ""
        do {
            for try await buffer in log where start.settled == nil {
                text += unsafe buffer.bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
                if text.contains(" running") { start.settle(.running) }
                text = String(text.suffix(logLimit))
            }
        } catch {
            // The broker has ended and Subprocess gave its log up: what was read so far is what there is.
        }
        start.settle(.ended(log: text))
    }
}
