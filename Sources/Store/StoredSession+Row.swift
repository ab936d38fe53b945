// How a row becomes a session.

import Dialects
import GRDB
import Sessions
import Traffic

extension StoredSession {
    /// Reads a row of `session` and the findings that belong to it.
    init(row: Row, in db: Database) throws {
        let id: Int64 = row["id"]
        var session = try Session(row: row)
        let statement = try db.cachedStatement(sql: Statements.anomalies)
        session.anomalies = try Row.fetchAll(statement, arguments: [id]).map(Anomaly.init(row:))
        self.init(id: id, session: session, prunedBefore: row.timestamp("pruned_before"))
    }
}

private extension Session {
    init(row: Row) throws {
        self.init(key: Key(row: row), firstSeenAt: Timestamp(nanoseconds: row["first_seen_at"]))
        try readIdentity(row)
        readTimes(row)
        try readClaims(row)
        try readMeasurements(row)
        facts = try SessionFacts(row: row)
    }

    mutating func readIdentity(_ row: Row) throws {
        gatewayID = row["gateway_id"]
        commandID = row["command_id"]
        firmwareID = row["firmware_id"]
        fromVersion = row["from_version"]
        toVersion = row["to_version"]
        url = row["url"]
        sizeBytes = row["size_bytes"]
        digest = (row["digest_hex"] as String?).map { hex in
            DeclaredDigest(
                algorithm: row["digest_algorithm"] ?? "",
                hex: hex,
                verbatim: row["digest_verbatim"] ?? hex
            )
        }
        state = try row.named("state")
        outcome = try row.named("outcome")
        failureClass = try row.namedIfSet("failure_class")
        failureSource = try row.namedIfSet("failure_source")
        doubt = try row.namedIfSet("doubt")
        failureEvidence = row["failure_evidence"]
        failureMessageIDs = [Int64](jsonText: row["failure_messages"])
        failureTransferIDs = [Int64](jsonText: row["failure_transfers"])
        isHeadSeen = row["head_seen"]
        isTailSeen = row["tail_seen"]
        isAmbiguous = row["is_ambiguous"]
    }

    mutating func readTimes(_ row: Row) {
        offeredAt = row.timestamp("offered_at")
        acceptedAt = row.timestamp("accepted_at")
        firstProgressAt = row.timestamp("first_progress_at")
        lastProgressAt = row.timestamp("last_progress_at")
        transferStartedAt = row.timestamp("transfer_started_at")
        transferEndedAt = row.timestamp("transfer_ended_at")
        resultAt = row.timestamp("result_at")
        confirmedAt = row.timestamp("confirmed_at")
        endedAt = row.timestamp("ended_at")
        lastSeenAt = Timestamp(nanoseconds: row["last_seen_at"])
    }

    mutating func readClaims(_ row: Row) throws {
        claimedPercent = row["claimed_percent"]
        claimedBytes = row["claimed_bytes"]
        claimedTotalBytes = row["claimed_total_bytes"]
        claimedBytesPerSecond = row["claimed_bytes_per_second"]
        claimedDuration = row.duration("claimed_duration_ms")
        claimedCode = row["claimed_code"]
        claimedReason = row["claimed_reason"]
        claimsDigestVerified = row["claimed_digest_verified"]
        claimedFailure = try row.namedIfSet("claimed_failure")
        progressCount = row["progress_count"]
        copyCount = row["copy_count"]
        duplicateCount = row["duplicate_count"]
    }

    mutating func readMeasurements(_ row: Row) throws {
        measuredStatus = row["measured_status"]
        measuredBytes = row["measured_bytes"]
        measuredDuration = row.duration("measured_duration_ms")
        measuredSHA256 = row["measured_sha256"]
        measuredMD5 = row["measured_md5"]
        isDigestMatching = row["measured_digest_matches"]
        carrier = try row.namedIfSet("measured_over")
        transferCount = row["transfer_count"]
        chunkCount = row["chunk_count"]
    }
}

extension Anomaly {
    init(row: Row) throws {
        self.init(
            code: try row.named("code"),
            severity: try row.named("severity"),
            at: Timestamp(nanoseconds: row["found_at"]),
            text: row["text"],
            messageIDs: [Int64](jsonText: row["message_ids"]),
            transferIDs: [Int64](jsonText: row["transfer_ids"])
        )
    }
}
