// MQTT 5 properties and wills in the listing.

import Foundation
import Interchange
import Testing
import Traffic

private func row(_ properties: [PropertyRow], type: String = "PUBLISH") -> ControlPacketRow {
    let end = Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: 1_883)
    var row = ControlPacketRow(
        at: Timestamp(nanoseconds: 0),
        flow: Flow(source: end, destination: end),
        type: type,
        version: 5,
        fault: nil
    )
    row.properties = properties
    return row
}

private func line(_ row: ControlPacketRow, masked: Bool = true) -> String {
    ListingRow.mqtt(row).jsonLine(masked: masked)
}

private func text(_ row: ControlPacketRow, masked: Bool = true) -> String {
    ListingRow.mqtt(row).text(masked: masked)
}

private let all = row([
    PropertyRow("content_type", .text("text/\u{1B}plain")), PropertyRow("message_expiry", .number(60)),
    PropertyRow("correlation_data", .binary([0x00, 0xAB])),
    PropertyRow("subscription_identifier", .number(1)), PropertyRow("subscription_identifier", .number(2)),
    PropertyRow("user_property", .pair(name: "k", value: "v")),
    PropertyRow("user_property", .pair(name: "Authorization", value: "Bearer abc def")),
    PropertyRow("response_topic", .text("re/ply?token=abc")),
    PropertyRow("authentication_data", .withheld(byteCount: 9)),
])

@Test func `lists properties as an object, those that may repeat as arrays`() {
    let expected =
        #""properties":{"content_type":"text/\u001bplain","message_expiry":60,"correlation_data":"00ab","#
        + #""response_topic":"re/ply?token=***","authentication_data_bytes":9,"subscription_identifiers":[1,2],"#
        + #""user_properties":[["k","v"],["Authorization","***"]]},"malformed":false}"#
    #expect(line(all).hasSuffix(expected))
    #expect(line(all, masked: false).contains(#"["Authorization","Bearer abc def"]"#))
    #expect(line(all, masked: false).contains("re/ply?token=abc"))
}

@Test func `shows properties to people without control characters or credentials`() {
    let shown = text(all)
    #expect(shown.contains("content_type text/\\u{1b}plain"))
    #expect(shown.contains("correlation_data 00ab"))
    #expect(shown.contains("user_property k=v"))
    #expect(!shown.contains("abc"))
    #expect(!shown.unicodeScalars.contains("\u{1B}"))
}

@Test func `lists a will with its properties and says when a user name is there`() throws {
    var connect = row([], type: "CONNECT")
    let will = Connection.Will(topic: "gone", qos: .exactlyOnce, isRetained: true, payloadLength: 5)
    connect.will = WillRow(will, properties: [PropertyRow("will_delay", .number(3))])
    connect.hasUserName = true
    connect.isClean = false
    let expected =
        #""clean":false,"username":true,"will":{"topic":"gone","qos":2,"retain":true,"payload_length":5,"#
        + #""properties":{"will_delay":3}},"malformed":false}"#
    #expect(line(connect).hasSuffix(expected))
    #expect(text(connect).contains("with user name will q2 retain gone (5 B)"))
    #expect(try JSONSerialization.jsonObject(with: Data(line(connect).utf8)) is [String: Any])
}

@Test func `says what is wrong with a packet, and which PUBLISH is no new message`() {
    var repeated = row([])
    repeated.isRedelivery = true
    repeated.fault = .afterDisconnect
    repeated.reasonCode = 0x97
    #expect(
        line(repeated).contains(
            #""reason_code":151,"redelivery":true,"malformed":true,"fault":"protocol error"#
        )
    )
    #expect(text(repeated).contains("reason 0x97 redelivery (protocol error: sent after DISCONNECT)"))
}
