// `otatape simulate`: devices that behave as the real ones do.

import ArgumentParser
import Foundation
import Pipeline
import Traffic

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Simulate a device.",
        subcommands: [SimulateDeviceCommand.self]
    )
}

struct SimulateDeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device",
        abstract: "Simulate one device until Ctrl-C: real MQTT, real downloads, real digests.",
        discussion: """
            Environment: DEVICE_ID (1), BROKER_URL (host or mqtt://host[:port]; unset means 127.0.0.1), BROKER_PORT \
            (1883), DOWNLOAD_CHUNK_SIZE (102400 bytes). Options count more.

            Examples:
              otatape simulate device
              DEVICE_ID=7 BROKER_PORT=18830 otatape simulate device
              otatape simulate device --dialect jetlinks --product p1 --device d1 --broker mqtt://127.0.0.1
            """
    )

    @OptionGroup var dialect: SpokenDialectOptions

    @Option(help: "Product id (jetlinks).")
    var product: String?

    @Option(help: "Device id.")
    var device: String?

    @Option(help: "Broker: mqtt://host[:port].")
    var broker: String?

    @Option(help: "Local address to connect from, such as 127.0.0.7.")
    var bind: String?

    @Option(help: "Version it runs at first (jetlinks).")
    var installed = "1.0.0"

    @Flag(help: "Show credentials in URLs and texts instead of ***.")
    var showSecrets = false

    func validate() throws {
        guard dialect.choice != "jetlinks" || product != nil else {
            throw ValidationError("jetlinks topics name the product: give --product.")
        }
    }

    func run() async throws {
        let (dialects, spoken) = try dialect.load()
        var plan = SimulationPlan()
        plan.dialect = spoken
        plan.productID = product
        plan.deviceID = device
        plan.broker = broker
        plan.bindAddress = bind
        plan.installedVersion = installed
        let environment = ProcessInfo.processInfo.environment
        let run = try DeviceSimulationRun(
            plan,
            environment: environment,
            dialects: dialects
        )
        try await run.run(until: StopCondition()) { [showSecrets] text in
            Console.write(TerminalText.escaped(showSecrets ? text : Secrets.masked(text)))
        }
    }
}
