/// How much a side takes at a time. Smaller in a simulation, so that few operations meet every limit.
package struct Pace: Equatable, Sendable {
    package var downloadCreditEntries = Limits.downloadCreditEntries
    package var uploadWindowOperations = Limits.uploadWindowOperations
    package var transactionOperationsMax = Limits.transactionOperationsMax
    package var backlogOperationsMax = Limits.backlogOperationsMax

    package init() {}
}
