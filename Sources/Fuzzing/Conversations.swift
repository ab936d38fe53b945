// Conversations and payloads, byte by byte.

/// Seeds that no capture of ours has.
enum Conversations {
    /// MQTT 3.1.1 and 5: properties, aliases, QoS 2, subscriptions, an AUTH.
    static let mqtt: [[UInt8]] = [
        script([
            // CONNECT 5 with session expiry and a will with a content type; CONNACK 5 with topic alias maximum.
            (
                true,
                [0x10, 38, 0, 4] + text("MQTT") + [5, 0x06, 0, 60, 5, 0x11, 0, 0, 0, 9, 0, 1, 0x64] + [
                    4, 3, 0, 1, 0x74,
                ]
                    + [0, 3] + text("w/t") + [0, 4] + text("gone")
            ),
            (false, [0x20, 6, 0, 0, 3, 0x22, 0, 10]),
            // PUBLISH 5 that binds alias 1, one that uses it, one with user properties and correlation.
            (true, [0x30, 12, 0, 3] + text("a/b") + [3, 0x23, 0, 1] + text("one")),
            (true, [0x30, 9, 0, 0, 3, 0x23, 0, 1] + text("two")),
            (
                true,
                [0x32, 24, 0, 3] + text("a/b") + [
                    0, 7, 13, 0x26, 0, 1, 0x6B, 0, 1, 0x76, 0x09, 0, 2, 1, 2, 8,
                ] + text("3")
            ),
            (false, [0x40, 4, 0, 7, 0x10, 0]),
            (false, [0xF0, 2, 0x18, 0]),
            (true, [0xE0, 1, 0x04]),
        ]),
        script([
            (true, [0x10, 15, 0, 4] + text("MQTT") + [4, 2, 0, 60, 0, 3] + text("dev")),
            (false, [0x20, 2, 0, 0]),
            (true, [0x82, 8, 0, 1, 0, 3] + text("a/+") + [2]),
            (false, [0x90, 3, 0, 1, 2]),
            // QoS 2, from both ends.
            (false, [0x34, 10, 0, 3] + text("a/b") + [0, 5] + text("hey")),
            (true, [0x50, 2, 0, 5]), (false, [0x62, 2, 0, 5]), (true, [0x70, 2, 0, 5]),
            (true, [0x3D, 8, 0, 1, 0x61, 0, 6] + text("x:y")),
            (true, [0xC0, 0]), (false, [0xD0, 0]),
            (true, [0xA2, 7, 0, 2, 0, 3] + text("a/+")), (false, [0xB0, 2, 0, 2]),
            (true, [0xE0, 0]),
        ]),
        script([
            (true, [0x10, 16, 0, 6] + text("MQIsdp") + [3, 2, 0, 60, 0, 2] + text("d1")),
            (false, [0x20, 2, 0, 0]),
        ]),
        // A length that claims 256 MiB, a fifth length byte, entered midway.
        script([(true, [0x30, 0xFF, 0xFF, 0xFF, 0x7F, 0, 3] + text("a/b"))], when: 1),
        script(
            [(true, [0x30, 5, 0, 3] + text("a/b")), (true, [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01])],
            when: 1
        ),
    ]

    /// Every way in which a body is told, and what comes between.
    static let http: [[UInt8]] = [
        exchange(
            "GET /f?a=1 HTTP/1.1\r\nHost: h\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            when: 6
        ),
        exchange(
            "GET /c HTTP/1.1\r\nHost: h\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nTrailer: t\r\n\r\n"
        ),
        exchange("GET /u HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\nuntil the close", when: 2),
        exchange(
            "HEAD /h HTTP/1.1\r\nHost: h\r\n\r\nGET /p HTTP/1.1\r\nHost: h\r\nRange: bytes=2-3\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 206 Partial\r\n"
                + "Content-Range: bytes 2-3/9\r\nContent-Length: 2\r\n\r\nab",
            when: 4
        ),
        exchange(
            "POST /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /n\r\nContent-Length: 0\r\n\r\n"
        ),
        exchange("CONNECT h:443 HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n\u{16}\u{3}\u{1}"),
        exchange(
            "GET /z HTTP/1.1\r\nHost: h\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3, 3\r\n\r\nabc"
        ),
    ]

    /// An upgrade (RFC 6455 §1.3) to MQTT in masked, fragmented and control frames.
    static let webSocket: [[UInt8]] = [
        script([
            (
                true,
                Array("GET /mqtt HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n".utf8)
                    + Array(
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mqtt\r\n".utf8
                    )
                    + Array("Sec-WebSocket-Version: 13\r\n\r\n".utf8)
            ),
            (
                false,
                Array(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n".utf8
                )
                    + Array(
                        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"
                            .utf8
                    )
            ),
            (true, masked(0x82, [0x10, 15, 0, 4] + text("MQTT") + [4, 2, 0, 60, 0, 3] + text("dev"))),
            (false, [0x82, 4, 0x20, 2, 0, 0]),
            // One PUBLISH in two frames with a ping between, two PUBLISHes in one frame, a frame with a long length.
            (true, masked(0x02, [0x30, 8, 0, 3] + text("a"))), (true, masked(0x89, text("p"))),
            (true, masked(0x80, text("/b") + text("hey"))), (false, [0x8A, 1, 0x70]),
            (false, [0x82, 14, 0x30, 5, 0, 3] + text("a/b") + [0x30, 5, 0, 3] + text("c/d")),
            (false, [0x82, 126, 0, 7, 0x30, 5, 0, 3] + text("a/b")),
            (true, masked(0x82, [0xE0, 0])), (true, masked(0x88, [0x03, 0xE8])),
            (false, [0x88, 2, 0x03, 0xE8]),
        ])
    ]

    /// Documents with everything that JSON has, and with some that it has not.
    static let payloads: [[UInt8]] = [
        #"{"command_id": "c-\u00e9\n", "progress": 99, "speed_kbps": 512.25, "version": null, "size": -0.5e+3}"#,
        #"{"progress":100,"success":true,"errorReason":"下载失败","headers":{"phase":"x","a":[1,[]]}}"#,
        #"[{"a":[true,false,null]},"\ud83d\ude00",-1,0.0,1E5,{}]"#,
        #"{"a":1,"a":{"b":2},"a":{"c":"\ud83d","d":1e400}}"#, #"[1,]"#, "\u{FEFF}{}", #"{"messageId":""}"#,
    ].map { Array($0.utf8) }

    private static func exchange(_ request: String, _ response: String, when: UInt8 = 0) -> [UInt8] {
        script([(true, Array(request.utf8)), (false, Array(response.utf8))], when: when)
    }

    private static func script(_ turns: [(isFromClient: Bool, bytes: [UInt8])], when: UInt8 = 0) -> [UInt8] {
        ScriptRecord.join(
            turns.enumerated().map { index, turn in
                let cuts = UInt8((index + 3) % 8) << 1
                return ScriptRecord(
                    how: cuts | (turn.isFromClient ? 0 : 1),
                    when: when,
                    bytes: turn.bytes[...]
                )
            }
        )
    }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// A client's frame under a mask (RFC 6455 §5.3).
    private static func masked(_ head: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        return [head, 0x80 | UInt8(payload.count)] + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }
}
