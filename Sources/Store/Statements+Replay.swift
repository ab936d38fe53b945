// How replays become rows.

import Foundation
import GRDB
import Traffic
import Verdicts

extension Statements {
    /// Takes device and command from the session, so that the replay can be told when the session is gone.
    static let insertReplay = """
        INSERT INTO replay (
            session_id, device_id, command, started_at, ended_at, settings, tool_version, verdict, reason,
            evaluated, tolerated, ignored, lateness_p50_ms, lateness_p99_ms, lateness_max_ms)
        SELECT
            id, device_id, command, :startedAt, :endedAt, :settings, :toolVersion, :verdict, :reason,
            :evaluated, :tolerated, :ignored, :median, :p99, :maximum
        FROM session
        WHERE id = :sessionID
        RETURNING id
        """

    static func arguments(for replay: ReplayRecord) throws -> StatementArguments {
        let settings = try JSONSerialization.data(withJSONObject: replay.settings, options: .sortedKeys)
        return [
            "sessionID": replay.sessionID,
            "startedAt": replay.startedAt.nanoseconds,
            "endedAt": replay.endedAt.nanoseconds,
            "settings": String(decoding: settings, as: UTF8.self),
            "toolVersion": replay.toolVersion,
            "verdict": replay.verdict.kind.rawValue,
            "reason": replay.verdict.reason,
            "evaluated": replay.verdict.evaluated,
            "tolerated": replay.verdict.tolerated,
            "ignored": replay.verdict.ignored,
            "median": replay.lateness.median.milliseconds,
            "p99": replay.lateness.p99.milliseconds,
            "maximum": replay.lateness.maximum.milliseconds,
        ]
    }

    static let replayMessage = TableInsert<
        (replayID: Int64, position: Int, topicID: Int64, line: ReplayRecord.Line)
    >(
        into: "replay_message",
        [
            .init("replay_id") { $0.replayID },
            .init("position") { $0.position },
            .init("direction") { $0.line.direction.rawValue },
            .init("passed_at") { $0.line.at.nanoseconds },
            .init("lateness_ms") { $0.line.lateness?.milliseconds },
            .init("topic_id") { $0.topicID },
            .init("payload") { $0.line.payload.blob },
        ]
    )

    static let difference = TableInsert<(replayID: Int64, position: Int, difference: Difference)>(
        into: "difference",
        [
            .init("replay_id") { $0.replayID },
            .init("position") { $0.position },
            .init("field") { $0.difference.field },
            .init("rule") { $0.difference.rule },
            .init("recorded") { $0.difference.recorded },
            .init("observed") { $0.difference.observed },
            .init("recorded_at") { $0.difference.recordedAt?.nanoseconds },
            .init("observed_at") { $0.difference.observedAt?.nanoseconds },
            .init("is_explained") { $0.difference.isExplained },
        ]
    )
}
