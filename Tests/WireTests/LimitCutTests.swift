// What a limit cuts is counted by kind, and never passes for what the network did.

import Testing
import Traffic

@testable import Wire

private func openTap(limits: WireLimits) -> Tap {
    let tap = Tap(limits: limits)
    tap.open()
    return tap
}

@Test func `counts topic aliases that are not kept`() {
    var limits = WireLimits()
    limits.aliasBytes = 8
    let tap = openTap(limits: limits)
    tap.send(.client, MQTTBytes.connect5())
    tap.send(.client, MQTTBytes.publish5("short", "1", properties: MQTTBytes.alias(1)))
    tap.send(.client, MQTTBytes.publish5("too long to be kept", "2", properties: MQTTBytes.alias(2)))
    tap.send(.client, MQTTBytes.publish5("", "3", properties: MQTTBytes.alias(1)))
    tap.send(.client, MQTTBytes.publish5("", "4", properties: MQTTBytes.alias(2)))
    #expect(tap.losses.forgottenAliases == 1)
    #expect(tap.book.lines.suffix(2) == ["PUBLISH short 3", "PUBLISH  4"])
}

@Test func `counts MQTT sessions that are forgotten for others`() {
    var limits = WireLimits()
    limits.sessions = 2
    let tap = Tap(limits: limits)
    for (port, client) in (1...3).map({ (UInt16($0 + 9_000), "dev-\($0)") }) {
        tap.move(toClientPort: port)
        tap.open()
        var connect = MQTTBytes.connect(client)
        // Clean session off: the session outlives the connection (MQTT 3.1.1 §3.1.2.4).
        connect[9] = 0
        tap.send(.client, connect)
    }
    #expect(tap.losses.forgottenSessions == 1)
}

@Test func `takes a download that it gave up for one it did not see whole`() {
    var limits = WireLimits()
    limits.idleTime = .seconds(10)
    let tap = openTap(limits: limits)
    tap.send(.client, "GET /1 HTTP/1.1\r\n\r\n")
    tap.send(.server, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome")
    tap.wait(.seconds(11))
    tap.move(toClientPort: 9_999)
    tap.open()
    tap.open()
    #expect(tap.losses.evictedFlows == 1)
    #expect(tap.book.exchangeLines == ["GET /1 200 4 gap"])
}
