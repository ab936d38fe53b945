// How messages and transfers become rows.

import Dialects
import GRDB
import Traffic

extension Statements {
    /// The columns of a message in the order in which `BatchWriter` binds their values.
    ///
    /// All columns, in the table's order: then SQLite puts each value where the row is made, instead of copying all.
    static let messageColumns = [
        "id", "connection_id", "topic_id", "rule_id", "recorded_at", "is_to_broker", "qos", "is_retained",
        "is_duplicate", "packet_id", "payload", "device_id", "command_id", "claimed_at", "percent",
        "downloaded_bytes", "total_bytes", "bytes_per_second", "is_ok", "version", "code",
    ]

    /// The columns a dialect fills beside `rule_id`.
    static let readingColumns: [TableColumn<MessageReading>] = [
        .init("device_id") { $0.deviceID },
        .init("command_id") { $0.commandID },
        .init("version") { $0.version },
        .init("claimed_at") { $0.claimedAt?.nanoseconds },
        .init("percent") { $0.percent },
        .init("downloaded_bytes") { $0.downloadedBytes },
        .init("total_bytes") { $0.totalBytes },
        .init("bytes_per_second") { $0.bytesPerSecond },
        .init("is_ok") { $0.isOK },
        .init("code") { $0.code },
    ]

    /// Writes a message's reading again.
    static let updateReading =
        "UPDATE message SET rule_id = ?, \(assignments(to: readingColumns.map(\.name))) WHERE id = ?"

    /// What was read in a message, its rule by name.
    static let reading = """
        SELECT dialect, rule.name AS rule, event, \(readingColumns.map(\.name).joined(separator: ", "))
        FROM message LEFT JOIN rule ON rule.id = rule_id WHERE message.id = ?
        """

    static let transfer = TableInsert<StoredTransfer>(
        into: "transfer",
        [
            .init("id") { $0.id },
            .init("recording_id") { $0.recordingID },
            .init("evidence") { $0.transfer.evidence.rawValue },
            .init("client") { $0.transfer.exchange.client.description },
            .init("server") { $0.transfer.exchange.server.description },
            .init("method") { $0.transfer.exchange.method },
            .init("host") { $0.transfer.exchange.host },
            .init("target") { $0.transfer.exchange.target },
            .init("url") { $0.transfer.exchange.url },
            .init("range") { $0.transfer.exchange.range },
            .init("status") { $0.transfer.exchange.status },
            .init("content_length") { $0.transfer.exchange.contentLength },
            .init("content_range") { $0.transfer.exchange.contentRange },
            .init("content_encoding") { $0.transfer.exchange.contentEncoding },
            .init("location") { $0.transfer.exchange.location },
            .init("body_bytes") { $0.transfer.exchange.bodyBytes },
            .init("missing_bytes") { $0.transfer.exchange.missingBytes },
            .init("sha256") { $0.transfer.sha256 },
            .init("md5") { $0.transfer.md5 },
            .init("decoding") { $0.transfer.decoding?.rawValue },
            .init("decoded_bytes") { $0.transfer.decodedBytes },
            .init("decoded_sha256") { $0.transfer.decodedSHA256 },
            .init("decoded_md5") { $0.transfer.decodedMD5 },
            .init("assembly") { $0.transfer.assembly?.number },
            .init("assembly_exchanges") { $0.transfer.assembly?.exchanges },
            .init("assembly_connections") { $0.transfer.assembly?.connections },
            .init("assembly_ignored_ranges") { $0.transfer.assembly?.ignoredRanges },
            .init("assembly_total_bytes") { $0.transfer.assembly?.totalBytes },
            .init("assembly_covered_bytes") { $0.transfer.assembly?.coveredBytes },
            .init("assembly_received_bytes") { $0.transfer.assembly?.receivedBytes },
            .init("assembly_started_at") { $0.transfer.assembly?.startedAt.nanoseconds },
            .init("assembly_ended_at") { $0.transfer.assembly?.endedAt.nanoseconds },
            .init("assembly_digesting") { $0.transfer.assembly?.digesting.rawValue },
            .init("assembly_sha256") { $0.transfer.assembly?.sha256 },
            .init("assembly_md5") { $0.transfer.assembly?.md5 },
            .init("end") { $0.transfer.exchange.end.rawValue },
            .init("started_at") { $0.transfer.exchange.requestedAt.nanoseconds },
            .init("responded_at") { $0.transfer.exchange.respondedAt?.nanoseconds },
            .init("ended_at") { $0.transfer.exchange.endedAt.nanoseconds },
        ]
    )
}
