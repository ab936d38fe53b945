// Encrypted connections to a real broker, and what is said when one does not come about.

import BrokerLink
import Foundation
import TestSupport
import Testing
import Traffic

@Suite(.timeLimit(.minutes(5)), .enabled(if: Certificates.canBeMade, "openssl is not installed"))
struct TransportTests {
    private let certificates: Certificates

    init() async throws {
        certificates = try await Certificates.shared.value
    }

    /// A broker with a TLS listener that shows a certificate, and a plain listener.
    private func broker(showing name: String = "server", wantsCertificate: Bool = false) throws -> RealBroker
    {
        try RealBroker(listeners: 2) { ports in
            [
                "allow_anonymous true",
                "listener \(ports[0]) 127.0.0.1",
                "cafile \(certificates.path("authority.pem"))",
                "certfile \(certificates.path("\(name).pem"))",
                "keyfile \(certificates.path("\(name).key"))",
                "require_certificate \(wantsCertificate)",
                "listener \(ports[1]) 127.0.0.1",
            ]
        }
    }

    private func security(authority: String? = "authority", client: String? = nil) -> TransportSecurity {
        var security = TransportSecurity()
        security.authorityFile = authority.map { certificates.path("\($0).pem") }
        security.certificateFile = client.map { certificates.path("\($0).pem") }
        security.keyFile = client.map { certificates.path("\($0).key") }
        return security
    }

    private func options(
        _ security: TransportSecurity,
        _ version: ClientOptions.ProtocolVersion = .v311
    ) -> ClientOptions {
        var options = ClientOptions(protocolVersion: version)
        options.security = security
        return options
    }

    private func failure(
        _ broker: RealBroker,
        _ security: TransportSecurity,
        port: Int = 0,
        usesTLS: Bool = true
    ) async throws -> BrokerError {
        let address = BrokerAddress(host: "localhost", port: broker.ports[port], usesTLS: usesTLS)
        return try await broker.run {
            let error = await #expect(throws: BrokerError.self) {
                _ = try await BrokerClient.connect(to: address, options: options(security))
            }
            return try #require(error)
        }
    }

    @Test(arguments: ["localhost", "127.0.0.1"], ClientOptions.ProtocolVersion.allCases)
    func `talks to a broker whose certificate is for the name`(
        host: String,
        version: ClientOptions.ProtocolVersion
    ) async throws {
        let broker = try broker()
        let payloads = (0..<200).map { [UInt8](repeating: UInt8($0), count: 20_000) }
        let received = try await broker.run {
            let address = BrokerAddress(host: host, port: broker.ports[0], usesTLS: true)
            let reader = try await BrokerClient.connect(to: address, options: options(security(), version))
            try await reader.subscribe(to: ["t"], qos: .atLeastOnce)
            let writer = try await BrokerClient.connect(to: address, options: options(security(), version))
            async let reading = reader.deliveries.prefix(payloads.count).reduce(into: []) {
                $0.append($1.payload)
            }
            for payload in payloads {
                try await writer.publish(topic: "t", payload: payload, qos: .atLeastOnce)
            }
            let received = await reading
            await writer.disconnect()
            await reader.disconnect()
            return received
        }
        #expect(received == payloads)
    }

    @Test func `shows its certificate to a broker that wants one`() async throws {
        let broker = try broker(wantsCertificate: true)
        try await broker.run {
            let address = BrokerAddress(host: "localhost", port: broker.ports[0], usesTLS: true)
            let options = options(security(client: "client"))
            let client = try await BrokerClient.connect(to: address, options: options)
            try await client.publish(topic: "t", payload: [1], qos: .atLeastOnce)
            await client.disconnect()
        }
    }

    @Test(arguments: [nil, "stranger"] as [String?])
    func `refuses a certificate that no trusted authority has signed`(authority: String?) async throws {
        let error = try await failure(broker(), security(authority: authority))
        #expect(error.code == .tlsFailed)
        #expect(error.message.contains("--cafile"))
        #expect(error.cause?.contains("certificate") == true)
    }

    @Test func `refuses a certificate that has expired`() async throws {
        let error = try await failure(broker(showing: "expired"), security())
        #expect(error.code == .tlsFailed)
        #expect(error.message.contains("has expired"))
        #expect(error.cause == "certificate has expired")
    }

    @Test func `refuses a certificate for another name, unless told to`() async throws {
        let broker = try broker(showing: "elsewhere")
        let error = try await failure(broker, security())
        #expect(error.code == .tlsFailed)
        #expect(error.message.contains("not for the name 'localhost'"))
        var careless = security()
        careless.verifiesHostName = false
        try await broker.run {
            let address = BrokerAddress(host: "localhost", port: broker.ports[0], usesTLS: true)
            try await BrokerClient.connect(to: address, options: options(careless)).disconnect()
        }
    }

    @Test func `says that the broker wants a client certificate`() async throws {
        let error = try await failure(broker(wantsCertificate: true), security())
        #expect(error.code == .tlsFailed)
        #expect(error.message.contains("--cert"))
    }

    @Test func `says that the broker does not accept the client certificate`() async throws {
        let error = try await failure(broker(wantsCertificate: true), security(client: "impostor"))
        #expect(error.code == .tlsFailed)
        #expect(error.message.contains("accept our client certificate"))
    }

    @Test func `tells a port without TLS from one with`() async throws {
        let broker = try broker()
        let plain = try await failure(broker, security(), port: 1)
        #expect(plain.code == .tlsFailed)
        #expect(plain.message.contains("does not speak TLS"))
        let encrypted = try await failure(broker, security(), usesTLS: false)
        #expect(encrypted.code == .refused)
        #expect(encrypted.message.contains("mqtts://localhost"))
    }

    @Test(arguments: ["server.key", "missing.pem"])
    func `names a file that holds no certificates`(name: String) async throws {
        var security = TransportSecurity()
        security.authorityFile = certificates.path(name)
        let error = try await failure(broker(), security)
        #expect(error.code == .unusableFile)
        #expect("\(error)".contains(certificates.path(name)))
    }

    @Test(arguments: ["locked.key", "impostor.key", "client.pem"])
    func `asks nobody for a passphrase and refuses a key that does not fit`(key: String) async throws {
        var security = security(client: "client")
        security.keyFile = certificates.path(key)
        let error = try await failure(broker(wantsCertificate: true), security)
        #expect(error.code == .unusableFile)
        #expect(error.message.contains("not encrypted"))
    }

    @Test func `wants a certificate's key`() async throws {
        var security = security()
        security.certificateFile = certificates.path("client.pem")
        #expect(try await failure(broker(), security).code == .unusableFile)
    }

    @Test func `gives up where nobody answers or nobody listens`() async throws {
        let silent = try FakeBroker { $0.waitForClose() }
        var address = silent.address
        address.usesTLS = true
        var hasty = options(security())
        hasty.connectTimeout = .milliseconds(1)
        let error = await #expect(throws: BrokerError.self) {
            _ = try await BrokerClient.connect(to: address, options: hasty)
        }
        #expect(error?.code == .timedOut)
        address.port = try broker().ports[0]
        let refused = await #expect(throws: BrokerError.self) {
            _ = try await BrokerClient.connect(to: address, options: options(security()))
        }
        #expect(refused?.code == .refused)
        #expect(refused?.cause == "Connection refused")
    }
}
