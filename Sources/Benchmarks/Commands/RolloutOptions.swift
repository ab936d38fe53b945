// The options that say what a generated capture holds.

import ArgumentParser
import Traffic

struct RolloutOptions: ParsableArguments {
    @Option(help: "Devices that upgrade, one MQTT connection each.")
    var devices = Rollout().devices

    @Option(help: "PUBLISH of an upgrade that succeeds.")
    var messages = Rollout().messagesPerDevice

    @Option(help: "Time between the starts of two devices, in microseconds.")
    var spacing = Int(Rollout().spacing.wholeNanoseconds / 1_000)

    @Option(help: "Where the randomness starts; the same seed gives the same bytes.")
    var seed = Rollout().seed

    @Option(help: "Flows of one SYN each, besides.")
    var halfOpen = Rollout().halfOpenFlows

    func validate() throws {
        guard devices >= 0, devices <= 4_000_000 else { throw ValidationError("--devices is 0 to 4000000.") }
        guard spacing >= 1, spacing <= 3_600_000_000 else {
            throw ValidationError("--spacing is 1 to 3600000000.")
        }
        guard messages >= 6 else { throw ValidationError("--messages is at least 6.") }
        guard halfOpen >= 0, halfOpen <= 4_000_000 else {
            throw ValidationError("--half-open is 0 to 4000000.")
        }
    }

    /// The rollout that the options describe.
    var rollout: Rollout {
        Rollout(
            devices: devices,
            messagesPerDevice: messages,
            seed: seed,
            halfOpenFlows: halfOpen,
            spacing: .microseconds(spacing)
        )
    }

    /// The options that describe `rollout`.
    static func words(for rollout: Rollout) -> [String] {
        [
            "--devices", "\(rollout.devices)", "--messages", "\(rollout.messagesPerDevice)",
            "--seed", "\(rollout.seed)", "--half-open", "\(rollout.halfOpenFlows)",
            "--spacing", "\(rollout.spacing.wholeNanoseconds / 1_000)",
        ]
    }
}
