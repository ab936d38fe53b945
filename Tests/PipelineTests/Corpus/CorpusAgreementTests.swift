// Captures of other projects, listed as independent readers list them.

import Foundation
import Pipeline
import TestSupport
import Testing

@Suite(.enabled(if: Fixtures.corpus != nil, "the corpus is not here"))
struct CorpusAgreementTests {
    @Test(arguments: CorpusAnswer.all)
    func `lists what independent readers list`(answer: CorpusAnswer) throws {
        let differences = try answer.differences()
        if let reason = corpusExceptions[answer.description] {
            #expect(!differences.isEmpty, "agrees now; take out of the exceptions: \(reason)")
        } else {
            #expect(differences.isEmpty, "\(differences.prefix(3).joined(separator: "\n"))")
        }
    }

    @Test func `has an answer for every exception and captures of every kind`() {
        let names = Set(CorpusAnswer.all.map(\.description))
        #expect(Set(corpusExceptions.keys).isSubset(of: names))
        #expect(names.count > 130)
    }
}
