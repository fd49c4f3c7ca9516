/// What can be wrong with a store; `Localization` and the command line have the sentences.
package enum StoreError: Error, Equatable, Sendable {
    /// No database where one was expected.
    case missing(path: String)
    /// A file that is not a Branchline database.
    case foreign(path: String)
    /// Written by a newer version of the program.
    case newer(path: String)
    /// A hub's database where a node's was expected, or the other way round.
    case wrongRole(path: String)
    case alreadyThere(path: String)
    /// Another process has the directory open.
    case inUse(path: String)
    /// No space is left; nothing of the refused transaction was kept.
    case full
    /// What is stored contradicts itself.
    case damaged(String)
    /// The query was refused or is wrong.
    case query(String)
}
