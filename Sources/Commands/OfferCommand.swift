// `otatape offer`: one upgrade to one device.

import ArgumentParser
import Pipeline
import Traffic

struct OfferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offer",
        abstract: "Offer one upgrade to a device and serve its image.",
        discussion: """
            The image is served from this machine until the device has answered; --serve-on must be an address that \
            the device can reach.

            Examples:
              otatape offer --broker mqtt://127.0.0.1 --device 1 --version 2.0.0 --image firmware.bin
              otatape offer --broker mqtt://10.0.0.5 --dialect jetlinks --product p1 --device d1 --version 2.0.0 \\
                --image firmware.bin --serve-on 10.0.0.9

            Exit code 0 when the device claims success, 1 when it claims failure or refuses, 3 when it is silent.
            """
    )

    @Option(help: "Broker: mqtt://host[:port].")
    var broker: String

    @OptionGroup var dialect: SpokenDialectOptions

    @Option(help: "Product id, where the dialect has one.")
    var product: String?

    @Option(help: "Device id.")
    var device: String

    @Option(help: "Version that the image holds.")
    var version: String

    @Option(help: "The image.", completion: .file())
    var image: String

    @Option(help: "Address to serve the image at.")
    var serveOn = "127.0.0.1"

    @Option(parsing: .unconditional, help: "Port to serve the image at; 0 takes a free one.")
    var servePort = 0

    @Option(parsing: .unconditional, help: "Seconds of silence after which the device is given up.")
    var maxWait = 30.0

    @Flag(help: "Show credentials in URLs and texts instead of ***.")
    var showSecrets = false

    func validate() throws {
        guard (0...65_535).contains(servePort) else {
            throw ValidationError("--serve-port: give 0 to 65535.")
        }
        guard maxWait > 0, maxWait < 86_400 else {
            throw ValidationError("--max-wait: give a number of seconds above 0 and under a day.")
        }
        guard !version.isEmpty else { throw ValidationError("--version: say which version the image holds.") }
        guard dialect.choice != "jetlinks" || product != nil else {
            throw ValidationError("jetlinks topics name the product: give --product.")
        }
    }

    func run() async throws {
        let (dialects, spoken) = try dialect.load()
        var plan = OfferPlan(
            broker: broker,
            dialect: spoken,
            productID: product,
            deviceID: device,
            version: version,
            imagePath: image
        )
        plan.hostAddress = serveOn
        plan.hostPort = servePort
        plan.maxWait = .seconds(maxWait)
        let run = try OfferRun(plan, dialects: dialects)
        try await Interruptible.run { [showSecrets] in
            let isOK = try await run.run { text in
                Console.write(TerminalText.escaped(showSecrets ? text : Secrets.masked(text)))
            }
            guard isOK else { throw ExitCode(1) }
        }
    }
}
