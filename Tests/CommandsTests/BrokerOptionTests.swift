// What `record` takes from whom about brokers, and what it says when they do not let it in.

import Foundation
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(3)))
struct BrokerOptionTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    private func record(_ words: [String], environment: [String: String] = [:]) async throws -> ProgramRun {
        let common = ["record", "--store", folder.path("s.sqlite"), "--duration", "0.2"]
        return try await Program.run(common + words, environment: environment)
    }

    private func file(_ name: String, _ text: String) throws -> String {
        let path = folder.path(name)
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    /// A broker that knows the user ops with the password hunter2.
    private func broker() async throws -> RealBroker {
        let users = try file("users", "ops:hunter2\n")
        try #require(await ChildProcess.named("mosquitto_passwd", ["-U", users]) == 0)
        return try RealBroker { ports in
            ["listener \(ports[0]) 127.0.0.1", "allow_anonymous false", "password_file \(users)"]
        }
    }

    @Test func `takes the password from a file or the environment and shows it nowhere`() async throws {
        let secret = try file("secret", "hunter2\n")
        let broker = try await broker()
        try await broker.run {
            let url = "mqtt://127.0.0.1:\(broker.ports[0])"
            let runs = [
                try await record(["--broker", url, "-u", "ops", "--password-file", secret]),
                try await record(
                    ["--broker", url, "--mqtt-version", "5"],
                    environment: ["OTATAPE_BROKER_USER": "ops", "OTATAPE_BROKER_PASSWORD": "hunter2"]
                ),
                try await record(
                    ["--broker", "mqtt://ops@127.0.0.1:\(broker.ports[0])", "--password-file", secret]
                ),
            ]
            for run in runs {
                #expect(run.exitCode == 0, "\(run.notes)")
                #expect(run.notes.contains("subscribed to"))
                #expect(!(run.notes + run.output).contains("hunter2"))
            }
            // An empty name keeps the environment's credentials from this broker.
            let nameless = try await record(
                ["--broker", url, "-u", ""],
                environment: ["OTATAPE_BROKER_USER": "ops", "OTATAPE_BROKER_PASSWORD": "hunter2"]
            )
            #expect(nameless.exitCode == 3, "\(nameless.notes)")
        }
    }

    @Test(arguments: ["3.1.1", "5"])
    func `ends with 3 and a remedy when the broker does not let it in`(version: String) async throws {
        let wrong = try file("wrong", "letmein")
        let broker = try await broker()
        try await broker.run {
            let url = "mqtt://127.0.0.1:\(broker.ports[0])"
            let words = ["--broker", url, "--mqtt-version", version]
            let nobody = try await record(words)
            #expect(nobody.exitCode == 3)
            #expect(nobody.notes.contains("without a user and a password"))
            let refused = try await record(words + ["-u", "ops", "--password-file", wrong])
            #expect(refused.exitCode == 3)
            #expect(refused.notes.contains("does not let the user 'ops' in with this password"))
            #expect(!refused.notes.contains("letmein"))
        }
    }

    @Test func `gives each broker its own user and password`() async throws {
        let (first, second) = (
            try await broker(),
            try RealBroker { ports in
                ["listener \(ports[0]) 127.0.0.1", "allow_anonymous true"]
            }
        )
        let secret = try file("secret", "hunter2")
        try await first.run {
            try await second.run {
                let run = try await record([
                    "--broker", "mqtt://127.0.0.1:\(first.ports[0])", "--username", "ops", "--password-file",
                    secret,
                    "--broker", "mqtt://127.0.0.1:\(second.ports[0])", "--username", "", "--password-file",
                    "",
                ])
                #expect(run.exitCode == 0, "\(run.notes)")
                #expect(run.notes.components(separatedBy: "subscribed to").count == 3)
            }
        }
    }

    @Test(
        arguments: [
            (["--broker", "ws://broker/mqtt"], "TCP listener"),
            (["--broker", "mqtt://ops:hunter2@broker"], "--password-file"),
            (["--broker", "mqtt://a", "--broker", "mqtt://a"], "given twice"),
            (["--broker", "mqtt://a", "--broker", "mqtt://b@a:1883"], "given twice"),
            (["--broker", "mqtt://a", "--username", "x", "--username", "y"], "once for each"),
            (["--broker", "mqtt://a", "--password-file", "/nonexistent"], "cannot be read"),
            (["--broker", "mqtt://a", "--cafile", "ca.pem"], "mqtts://a"),
            (["--broker", "mqtts://127.0.0.1", "--cert", "/nonexistent"], "--key"),
            (["--broker", "mqtt://a", "--share", "a/b"], "--share"),
            (["--broker", "mqtt://a", "--keep-session", "--clean-session"], "exclude"),
            (["--broker", "mqtt://a", "--mqtt-version", "4"], "3.1.1 or 5"),
            (["--interface", "lo", "--cafile", "ca.pem"], "--broker"),
        ] as [([String], String)]
    )
    func `answers what cannot be done with 2 and the remedy`(words: [String], remedy: String) async throws {
        let run = try await record(words)
        #expect(run.exitCode == 2)
        #expect(run.notes.contains(remedy), "\(run.notes)")
        #expect(!run.notes.contains("hunter2"))
    }
}
