// How messages and transfers become rows.

import Dialects
import GRDB
import Traffic

extension Statements {
    /// A message with the ids of what it points to.
    struct MessageRow {
        var stored: StoredMessage
        var connectionID: Int64
        var topicID: Int64
    }

    static let message = TableInsert<MessageRow>(into: "message", messageColumns + readingColumnsOfMessage)

    private static let messageColumns: [TableColumn<MessageRow>] = [
        .init("id") { $0.stored.id },
        .init("recording_id") { $0.stored.message.vantage.recordingID },
        .init("connection_id") { $0.connectionID },
        .init("topic_id") { $0.topicID },
        .init("session_id") { $0.stored.sessionID },
        .init("copy_of") { $0.stored.copyOf },
        .init("is_transport_duplicate") { $0.stored.isTransportDuplicate },
        .init("recorded_at") { $0.stored.message.recordedAt.nanoseconds },
        .init("direction") { $0.stored.message.direction.rawValue },
        .init("qos") { Int64($0.stored.message.qos.rawValue) },
        .init("is_retained") { $0.stored.message.isRetained },
        .init("is_duplicate") { $0.stored.message.isDuplicate },
        .init("packet_id") { $0.stored.message.packetID.map { Int64($0) } },
        .init("payload") { $0.stored.message.payload.blob },
    ]

    private static let readingColumnsOfMessage: [TableColumn<MessageRow>] = readingColumns.map { column in
        TableColumn(column.name) { row in row.stored.reading.map(column.value) }
    }

    /// The columns a dialect fills; `reindex` writes them again.
    static let readingColumns: [TableColumn<MessageReading>] = [
        .init("dialect") { $0.dialect },
        .init("rule") { $0.rule },
        .init("event") { $0.event.rawValue },
        .init("product_id") { $0.productID },
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
        "UPDATE message SET \(assignments(to: readingColumns.map(\.name))) WHERE id = ?"

    static let transfer = TableInsert<StoredTransfer>(
        into: "transfer",
        [
            .init("id") { $0.id },
            .init("recording_id") { $0.recordingID },
            .init("session_id") { $0.sessionID },
            .init("copy_of") { $0.copyOf },
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
            .init("end") { $0.transfer.exchange.end.rawValue },
            .init("started_at") { $0.transfer.exchange.requestedAt.nanoseconds },
            .init("responded_at") { $0.transfer.exchange.respondedAt?.nanoseconds },
            .init("ended_at") { $0.transfer.exchange.endedAt.nanoseconds },
        ]
    )
}
