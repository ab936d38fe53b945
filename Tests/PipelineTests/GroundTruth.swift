// Reads a ground-truth file of the corpus.

import Foundation
import TestSupport
import Testing

/// What really happened in a recording, from sources that otatape has no part in.
struct GroundTruth {
    struct Session {
        let device: String
        let command: String
        let isOK: Bool
        let hasWholeImage: Bool
        let sha256: String
    }

    let capture: URL
    let sessions: [Session]
    /// Client and body bytes of every response, from the access log.
    let responses: [[String]]

    init(of name: String) throws {
        let folder = try #require(Fixtures.corpus).appending(path: "ota")
        capture = folder.appending(path: "\(name).pcapng")
        let file = folder.appending(path: "\(name.replacing("-device", with: "")).truth.json")
        let document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: file))
        sessions = document.sessions.map { session in
            Session(
                device: session.device,
                command: session.command_id,
                isOK: session.result.status == "SUCCESS" || session.result.success == true,
                hasWholeImage: session.http.contains {
                    $0.status == 200 && $0.body_bytes_sent == session.declared_size
                },
                sha256: session.device_file_sha256 ?? "–"
            )
        }
        responses = document.access_log.map { [$0.client, String($0.body_bytes_sent)] }
    }

    private struct Document: Decodable {
        let sessions: [Entry]
        let access_log: [Exchange]
    }

    private struct Entry: Decodable {
        let device: String
        let command_id: String
        let result: Result
        let http: [Exchange]
        let declared_size: Int
        let device_file_sha256: String?
    }

    private struct Result: Decodable {
        let status: String?
        let success: Bool?
    }

    private struct Exchange: Decodable {
        let client: String
        let status: Int?
        let body_bytes_sent: Int
    }
}
