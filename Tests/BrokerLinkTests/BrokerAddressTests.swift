// Broker URLs: what is read, what is refused, and with which remedy.

import BrokerLink
import Testing

struct BrokerAddressTests {
    @Test(arguments: [
        ("mqtt://10.0.0.1:2883", BrokerAddress(host: "10.0.0.1", port: 2883)),
        ("mqtt://broker.example", BrokerAddress(host: "broker.example", port: 1883)),
        ("MQTT://broker.example/", BrokerAddress(host: "broker.example")),
        ("tcp://localhost:1", BrokerAddress(host: "localhost", port: 1)),
        ("localhost", BrokerAddress(host: "localhost")),
        ("localhost:65535", BrokerAddress(host: "localhost", port: 65_535)),
        ("mqtt://ops@localhost", BrokerAddress(host: "localhost", userName: "ops")),
        ("mqtt://ops@corp@localhost", BrokerAddress(host: "localhost", userName: "ops@corp")),
        ("mqtt://[::1]:2883", BrokerAddress(host: "::1", port: 2883)),
        ("[fe80::1%eth0]", BrokerAddress(host: "fe80::1%eth0")),
        ("::1", BrokerAddress(host: "::1")),
        ("mqtts://ops@host", BrokerAddress(host: "host", port: 8883, userName: "ops", usesTLS: true)),
        ("SSL://host:1", BrokerAddress(host: "host", port: 1, usesTLS: true)),
    ])
    func `reads hosts, ports and users`(url: String, expected: BrokerAddress) throws {
        #expect(try BrokerAddress(url: url) == expected)
    }

    @Test(arguments: [
        "", "mqtt://", "mqtt://:1883", "mqtt://host:", "mqtt://host:0", "mqtt://host:65536",
        "mqtt://host:+1x",
        "mqtt://host/topic", "mqtt://a b", "mqtt://@host", "http://host", "mqtt://[::1", "mqtt://[::1]x",
    ])
    func `refuses what names no broker and shows how one is named`(url: String) {
        let error = #expect(throws: BrokerError.self) { try BrokerAddress(url: url) }
        #expect(error?.code == .badAddress)
        #expect(error?.message.contains("mqtt://127.0.0.1:1883") == true)
    }

    @Test(arguments: ["ws://host/mqtt", "wss://host"])
    func `names the remedy for a transport it cannot speak`(url: String) {
        let error = #expect(throws: BrokerError.self) { try BrokerAddress(url: url) }
        #expect(error?.code == .badAddress)
        #expect(error?.message.contains("WebSocket") == true)
        #expect(error?.message.contains("mqtts://") == true)
        #expect(error?.message.contains("from the wire") == true)
    }

    @Test func `refuses a password in the URL without repeating it`() {
        let error = #expect(throws: BrokerError.self) { try BrokerAddress(url: "mqtt://ops:hunter2@host") }
        #expect(error?.code == .badAddress)
        #expect(error.map { "\($0)" }?.contains("hunter2") == false)
    }

    @Test func `writes an IPv6 address in brackets`() {
        #expect("\(BrokerAddress(host: "::1", port: 1))" == "[::1]:1")
        #expect("\(BrokerAddress(host: "a", port: 2, userName: "ops"))" == "a:2")
        #expect(BrokerAddress(host: "::1", port: 1, userName: "ops", usesTLS: true).url == "mqtts://[::1]:1")
    }
}
