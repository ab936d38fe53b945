// One capture of the corpus with its answer.

import Foundation
import Interchange
import Pipeline
import TestSupport

/// A capture and what independent readers say is in it.
struct CorpusAnswer: CustomStringConvertible, Sendable {
    /// Folder of the answer, such as `tcp-http`.
    let answers: String
    /// The capture's file name.
    let file: String

    var description: String { "\(answers)/\(file)" }

    /// Every capture that has an answer of a kind that the listing has too; none where the corpus is not.
    static var all: [CorpusAnswer] {
        guard let corpus = Fixtures.corpus else { return [] }
        return ["mqtt", "http", "tcp-http", "link-http", "ota-mqtt", "ota-http"].flatMap { answers in
            let folder = corpus.appending(path: "expected/\(answers)").path
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.filter { $0.hasSuffix(".jsonl") }.sorted()
                .map { CorpusAnswer(answers: answers, file: String($0.dropLast(6))) }
        }
    }

    /// What our listing says otherwise, a line each; empty when it agrees.
    func differences() throws -> [String] {
        let corpus = Fixtures.corpus ?? Fixtures.root
        let answer = try String(
            contentsOf: corpus.appending(path: "expected/\(answers)/\(file).jsonl"),
            encoding: .utf8
        )
        // The first line is about the file.
        let expected = try answer.split(separator: "\n").dropFirst()
            .map { try JSONDecoder().decode(ExpectedRow.self, from: Data($0.utf8)) }
            .filter { $0.kind == "mqtt" || $0.kind == "http" }
        let kinds = Set(expected.map(\.kind))
        let folder = answers.split(separator: "-").first ?? ""
        let rows = try listing(corpus.appending(path: "\(folder)/\(file)").path)
        let theirs = Dictionary(grouping: expected, by: \.flow)
        let ours = Dictionary(grouping: rows, by: \.flow).filter { kinds.contains(String($0.key.prefix(4))) }
        return Set(theirs.keys).union(ours.keys).sorted().flatMap { flow in
            compare(theirs[flow] ?? [], ours[flow] ?? []).map { "\(flow) \($0)" }
        }
    }

    private func compare(_ theirs: [ExpectedRow], _ ours: [ListingRow]) -> [String] {
        var differences = zip(theirs, ours).enumerated().compactMap { index, pair -> String? in
            let (expected, found) = (pair.0.line, pair.0.line(of: pair.1))
            return !pair.0.isAgreed || expected == found ? nil : "#\(index): \(expected); ours \(found)"
        }
        if theirs.count != ours.count { differences.append("\(theirs.count) rows; ours \(ours.count)") }
        return differences
    }

    private func listing(_ path: String) throws -> [ListingRow] {
        var rows: [ListingRow] = []
        _ = try CaptureListing.list(path: path) { rows += $0 }
        return rows
    }
}
