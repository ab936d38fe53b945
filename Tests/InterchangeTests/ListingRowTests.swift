// The listing's promises: field names, order, escaping, masking.

import Foundation
import Interchange
import Testing
import Traffic

private let client = Endpoint(address: IPAddress(ipv4: 0x7F00_0002), port: 40_000)
private let server = Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: 1_883)

private func publishRow() -> ControlPacketRow {
    var row = ControlPacketRow(
        at: Timestamp(nanoseconds: 1_500),
        flow: Flow(source: client, destination: server),
        type: "PUBLISH",
        version: 4,
        fault: nil
    )
    row.qos = 1
    row.isDuplicate = false
    row.isRetained = true
    row.packetID = 7
    row.topic = Array("v1/a\u{1B}/b".utf8)
    row.sentTopic = row.topic
    row.payloadLength = 2
    row.payloadSHA256 = "ab"
    return row
}

@Test func `lists a PUBLISH with the promised fields in their order`() {
    let expected =
        #"{"kind":"mqtt","at":1500,"src":"127.0.0.2:40000","dst":"127.0.0.1:1883","type":"PUBLISH","version":4,"#
        + #""qos":1,"dup":false,"retain":true,"packet_id":7,"topic":"v1/a\u001b/b","topic_hex":"76312f611b2f62","#
        + #""payload_length":2,"payload_sha256":"ab","malformed":false}"#
    #expect(ListingRow.mqtt(publishRow()).jsonLine(masked: true) == expected)
}

@Test func `prints no control character of a topic`() {
    let text = ListingRow.mqtt(publishRow()).text(masked: true)
    #expect(text.contains("PUBLISH q1 retain #7 v1/a\\u{1b}/b (2 B)"))
    #expect(!text.unicodeScalars.contains("\u{1B}"))
}

@Test func `lists an exchange and masks its credentials unless asked not to`() throws {
    var exchange = Exchange(
        client: client,
        server: server,
        method: "GET",
        host: "h",
        target: "/f?accessKey=65bd&v=1",
        requestedAt: Timestamp(nanoseconds: 9)
    )
    exchange.status = 206
    exchange.bodyBytes = 10
    exchange.end = .gap
    exchange.missingBytes = 3
    let row = ListingRow.http(Transfer(exchange: exchange, evidence: .wire))
    let masked =
        try JSONSerialization.jsonObject(with: Data(row.jsonLine(masked: true).utf8)) as? [String: Any]
    #expect(masked?["uri"] as? String == "/f?accessKey=***&v=1")
    #expect(masked?["end"] as? String == "gap")
    #expect(masked?["missing_bytes"] as? Int == 3)
    #expect(masked?["sha256"] == nil)
    #expect(row.jsonLine(masked: false).contains("accessKey=65bd"))
    #expect(!row.text(masked: true).contains("65bd"))
}

@Test func `lists what was decoded and assembled of a body`() throws {
    var exchange = Exchange(
        client: client,
        server: server,
        method: "GET",
        host: "h",
        target: "/f",
        requestedAt: Timestamp(nanoseconds: 9)
    )
    exchange.contentEncoding = "gzip"
    exchange.entityTag = "\"1\""
    exchange.requestBodyBytes = 4
    var transfer = Transfer(exchange: exchange, evidence: .wire)
    (transfer.decoding, transfer.decodedBytes, transfer.decodedSHA256) = (.complete, 180, "66f5")
    transfer.assembly = DownloadAssembly(number: 3, at: exchange.requestedAt)
    transfer.assembly?.totalBytes = 9
    let line = ListingRow.http(transfer).jsonLine(masked: true)
    let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    #expect(row?["decoding"] as? String == "complete" && row?["decoded_bytes"] as? Int == 180)
    #expect(row?["decoded_sha256"] as? String == "66f5" && row?["etag"] as? String == "\"1\"")
    #expect(row?["content_encoding"] as? String == "gzip" && row?["request_body_bytes"] as? Int == 4)
    #expect(row?["assembly"] as? Int == 3 && row?["assembly_total_bytes"] as? Int == 9)
    #expect(row?["assembly_digesting"] as? String == "incomplete")
    let plain = ListingRow.http(Transfer(exchange: exchange, evidence: .wire)).jsonLine(masked: true)
    #expect(!plain.contains("assembly") && !plain.contains("decod"))
}

@Test(arguments: ["\"", "\\", "\n\r\t", "\u{0}\u{1F}\u{7F}\u{2028}\u{202E}", "펌웨어 😀", ""])
func `quotes any text so that a JSON reader gets it back`(text: String) throws {
    let document = Data("[\(JSONText.quoted(text))]".utf8)
    #expect(try JSONSerialization.jsonObject(with: document) as? [String] == [text])
    #expect(TerminalText.escaped(JSONText.quoted(text)) == JSONText.quoted(text))
}
