// Set-up by the environment names of the seed.

import BrokerLink
import Testing

@testable import DeviceSimulation

@Test(arguments: [[:], ["DEVICE_ID": "", "BROKER_URL": "", "BROKER_PORT": "", "DOWNLOAD_CHUNK_SIZE": ""]])
func `falls back to the defaults where nothing is set`(environment: [String: String]) throws {
    let configuration = try DeviceConfiguration(environment: environment)
    #expect(configuration.identity == DeviceIdentity(deviceID: "1"))
    #expect(configuration.broker == BrokerAddress(host: "127.0.0.1", port: 1883))
    #expect(configuration.profile == .iotCloudOTA(chunkSize: 102_400) && configuration.bindAddress == nil)
}

@Test func `takes every variable`() throws {
    let configuration = try DeviceConfiguration(environment: [
        "DEVICE_ID": "device-001", "BROKER_URL": "broker.example", "BROKER_PORT": "2883",
        "DOWNLOAD_CHUNK_SIZE": "4096",
    ])
    #expect(configuration.identity.deviceID == "device-001" && configuration.profile.chunkSize == 4_096)
    #expect(configuration.broker == BrokerAddress(host: "broker.example", port: 2883))
}

@Test func `takes a URL, and lets the port variable count more`() throws {
    let plain = try DeviceConfiguration(environment: ["BROKER_URL": "mqtt://broker.example:2883"])
    #expect(plain.broker == BrokerAddress(host: "broker.example", port: 2883))
    let both = try DeviceConfiguration(environment: ["BROKER_URL": "mqtt://b:2883", "BROKER_PORT": "3883"])
    #expect(both.broker.port == 3883)
    let secure = try DeviceConfiguration(environment: ["BROKER_URL": "mqtts://b"])
    #expect(secure.broker == BrokerAddress(host: "b", port: 8883, usesTLS: true))
}

@Test(arguments: [
    ("DEVICE_ID", "a/b"), ("DEVICE_ID", "+"), ("BROKER_URL", "ws://b"), ("BROKER_URL", "ftp://b"),
    ("BROKER_PORT", "0"), ("BROKER_PORT", "70000"), ("BROKER_PORT", "x"), ("DOWNLOAD_CHUNK_SIZE", "0"),
    ("DOWNLOAD_CHUNK_SIZE", "-1"), ("DOWNLOAD_CHUNK_SIZE", "100KB"),
    ("DOWNLOAD_CHUNK_SIZE", "99999999999999999999"),
])
func `names the variable that cannot be used`(name: String, value: String) {
    let error = #expect(throws: DeviceSimulationError.self) {
        try DeviceConfiguration(environment: [name: value])
    }
    #expect(error?.code == .badConfiguration && error?.message.contains(name) == true)
}
