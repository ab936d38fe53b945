// What fuzzing and mutation begin with: the project's own captures, and literals.

import Dialects
import PacketSources
import Traffic
import Wire

extension FuzzTarget {
    /// Inputs to begin with, made of literals and of these capture files' contents.
    public func seeds(from captures: [String]) -> [[UInt8]] {
        switch self {
        case .link: captures.flatMap { Self.packets(of: $0) }
        case .tcp: (0..<8).map { Self.pieces(seed: $0) }
        case .mqtt: Conversations.mqtt + captures.map { Self.messages(of: $0, limit: 2_000).script }
        case .http: Conversations.http
        case .websocket: Conversations.webSocket
        case .capture: CaptureBytes.all
        case .payload:
            Conversations.payloads + captures.flatMap { Self.messages(of: $0, limit: .max).payloads }
        }
    }

    private static func pieces(seed: UInt64) -> [UInt8] {
        var random = SplitMix(seed: seed)
        return (0..<200).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// A capture's packets, forty to an input; the long ones are cut.
    private static func packets(of path: String) -> [[UInt8]] {
        var records: [ScriptRecord] = []
        forEachPacket(of: path) { header, bytes in
            let how = LinkCheck.linkTypes.firstIndex(of: header.linkType) ?? 0
            let head = bytes.extracting(first: min(300, bytes.byteCount))
            records.append(
                ScriptRecord(
                    how: UInt8(how),
                    when: 0,
                    bytes: head.withUnsafeBytes { $0[...].map(\.self) }[...]
                )
            )
        }
        return stride(from: 0, to: min(records.count, 400), by: 40).map { start in
            ScriptRecord.join(Array(records[start..<min(records.count, start + 40)]))
        }
    }

    /// A capture's first MQTT connection as turns, and the payloads of all.
    private static func messages(of path: String, limit: Int) -> FrameCollector {
        var collector = FrameCollector(limit: limit)
        var decoder = WireDecoder()
        forEachPacket(of: path) { header, bytes in decoder.receive(bytes, header: header, into: &collector) }
        return collector
    }

    private static func forEachPacket(of path: String, _ body: (PacketHeader, RawSpan) -> Void) {
        guard var file = try? CaptureFile(path: path) else { return }
        while (try? file.next(body)) == true {}
    }
}
