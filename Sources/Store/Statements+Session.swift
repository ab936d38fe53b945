// How a session becomes a row.

import Dialects
import GRDB
import Sessions
import Traffic

extension Statements {
    /// Adds a session, or overwrites the one of the same key, which keeps its number.
    static let session = KeyedRow<Session>(
        table: "session",
        key: sessionKeyColumns,
        values: sessionFactColumns + sessionFigureColumns + sessionDerivedColumns,
        absence: .clears
    )

    private static let sessionKeyColumns: [TableColumn<Session>] = [
        .init("dialect") { $0.key.dialect },
        .init("product_id") { $0.key.productID },
        .init("device_id") { $0.key.deviceID },
        .init("command") { $0.key.command },
        .init("attempt") { $0.key.attempt },
    ]

    private static let sessionFactColumns: [TableColumn<Session>] = [
        .init("gateway_id") { $0.gatewayID },
        .init("command_id") { $0.commandID },
        .init("firmware_id") { $0.firmwareID },
        .init("from_version") { $0.fromVersion },
        .init("to_version") { $0.toVersion },
        .init("url") { $0.url },
        .init("size_bytes") { $0.sizeBytes },
        .init("digest_algorithm") { $0.digest?.algorithm },
        .init("digest_hex") { $0.digest?.hex },
        .init("digest_verbatim") { $0.digest?.verbatim },
        .init("state") { $0.state.rawValue },
        .init("outcome") { $0.outcome.rawValue },
        .init("failure_class") { $0.failureClass?.rawValue },
        .init("failure_source") { $0.failureSource?.rawValue },
        .init("doubt") { $0.doubt?.rawValue },
        .init("failure_evidence") { $0.failureEvidence },
        .init("failure_messages") { $0.failureMessageIDs.jsonText },
        .init("failure_transfers") { $0.failureTransferIDs.jsonText },
        .init("offered_at") { $0.offeredAt?.nanoseconds },
        .init("accepted_at") { $0.acceptedAt?.nanoseconds },
        .init("first_progress_at") { $0.firstProgressAt?.nanoseconds },
        .init("last_progress_at") { $0.lastProgressAt?.nanoseconds },
        .init("transfer_started_at") { $0.transferStartedAt?.nanoseconds },
        .init("transfer_ended_at") { $0.transferEndedAt?.nanoseconds },
        .init("result_at") { $0.resultAt?.nanoseconds },
        .init("confirmed_at") { $0.confirmedAt?.nanoseconds },
        .init("ended_at") { $0.endedAt?.nanoseconds },
        .init("first_seen_at") { $0.firstSeenAt.nanoseconds },
        .init("last_seen_at") { $0.lastSeenAt.nanoseconds },
    ]

    private static let sessionFigureColumns: [TableColumn<Session>] = [
        .init("claimed_percent") { $0.claimedPercent },
        .init("claimed_bytes") { $0.claimedBytes },
        .init("claimed_total_bytes") { $0.claimedTotalBytes },
        .init("claimed_bytes_per_second") { $0.claimedBytesPerSecond },
        .init("claimed_duration_ms") { $0.claimedDuration?.milliseconds },
        .init("claimed_code") { $0.claimedCode },
        .init("claimed_reason") { $0.claimedReason },
        .init("claimed_digest_verified") { $0.claimsDigestVerified },
        .init("claimed_failure") { $0.claimedFailure?.rawValue },
        .init("measured_status") { $0.measuredStatus },
        .init("measured_bytes") { $0.measuredBytes },
        .init("measured_duration_ms") { $0.measuredDuration?.milliseconds },
        .init("measured_sha256") { $0.measuredSHA256 },
        .init("measured_md5") { $0.measuredMD5 },
        .init("measured_digest_matches") { $0.isDigestMatching },
        .init("measured_over") { $0.carrier?.rawValue },
        .init("transfer_count") { $0.transferCount },
        .init("chunk_count") { $0.chunkCount },
        .init("progress_count") { $0.progressCount },
        .init("copy_count") { $0.copyCount },
        .init("duplicate_count") { $0.duplicateCount },
        .init("head_seen") { $0.isHeadSeen },
        .init("tail_seen") { $0.isTailSeen },
        .init("is_ambiguous") { $0.isAmbiguous },
    ]
}
