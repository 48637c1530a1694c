import { html, nothing, type TemplateResult } from 'lit'

import { ask } from '../../api/ask.ts'
import type { AccessDifference } from '../../api/settings-api.ts'
import type {
  MappingRule,
  ScimConnection,
  ScimHealth,
  ScimToken,
  SignInPolicy,
  SsoConnection,
} from '../../contract/index.ts'
import type { DirectoryMessages } from '../../i18n/directory/directory-messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import type { SettingsMessages } from '../../i18n/settings/settings-messages.ts'
import { state } from '../../screens/reactive.ts'
import { emptyNotice } from '../notice.ts'
import { button } from '../parts/controls.ts'
import { differenceNotice } from '../parts/difference.ts'
import { saveNotice } from '../parts/fields.ts'
import { secretField } from '../parts/secret-field.ts'
import { type Question, TeamView } from '../parts/team-view.ts'
import { TeamChoiceList } from '../team-choice-list/team-choice-list.ts'
import { mappingRuleForm } from './mapping-rule-form.ts'
import { conditionSentence, conditionText, isComplete } from './rule-condition.ts'

/** A link to a directory with how it fares. */
interface Directory extends ScimConnection {
  tokens: ScimToken[]
  health: ScimHealth
}

/** A secret that was made, or the rules of a connection as they would be: `edited` is in the form, or taken out. */
type Task =
  | { kind: 'secret'; token: string }
  | { kind: 'rule'; edited: MappingRule; isDeleted: boolean }

/** The company's directory: whether it arrives, with which secret, what people get by it, and how they sign in. */
export class TeamDirectory extends TeamView<Task> {
  static readonly tag = 'team-directory'
  static override readonly uses = [TeamChoiceList]
  static override properties = { ...TeamView.properties, directories: state }

  override words!: SettingsMessages & { directory: DirectoryMessages }

  private directories: readonly Directory[] | undefined
  #signIns: readonly SsoConnection[] = []
  #rules: readonly MappingRule[] = []
  /** Which rules these are: others that somebody saved meanwhile are not overwritten. */
  #rulesVersion = ''
  #policy: SignInPolicy | undefined
  #policyVersion = ''

  protected override async load(signal: AbortSignal): Promise<void> {
    const { api } = this.desk
    const read = <Answer>(path: string): Promise<Answer> => ask(api, 'GET', path, { signal })
    const [scim, sso, { rules, version }, policy] = await Promise.all([
      read<{ connections: ScimConnection[] }>('scim-connections'),
      read<{ connections: SsoConnection[] }>('sso-connections'),
      read<{ rules: MappingRule[]; version: string }>('mapping-rules'),
      api.send('sign-in-policy', signal),
    ])
    const directories = await Promise.all(
      scim.connections.map(async (connection): Promise<Directory> => {
        const path = `scim-connections/${connection.id}/`
        const [{ tokens }, health] = await Promise.all([
          read<{ tokens: ScimToken[] }>(`${path}tokens`),
          read<ScimHealth>(`${path}health`),
        ])
        const now = Date.now()
        return {
          ...connection,
          // The newest first; a token that has ended says nothing any more.
          tokens: tokens
            .filter((one) => one.revokedAt === null && Date.parse(one.expiresAt) > now)
            .toSorted((one, other) => other.createdAt.localeCompare(one.createdAt)),
          health,
        }
      }),
    )
    this.#policyVersion = policy.headers.get('etag')?.replaceAll('"', '') ?? ''
    this.#policy = (await policy.json()) as SignInPolicy
    this.#signIns = sso.connections
    this.#rules = rules
    this.#rulesVersion = version
    this.directories = directories
  }

  protected override async compare(
    task: Task,
    signal: AbortSignal,
  ): Promise<AccessDifference | undefined> {
    if (task.kind !== 'rule') return undefined
    const body = this.#ruleSet(task)
    return ask(this.desk.api, 'POST', 'mapping-rules/preview', { body, signal })
  }

  /** All rules of the connection as they would be. */
  #ruleSet({ edited, isDeleted }: Extract<Task, { kind: 'rule' }>): object {
    const others = this.#rules.filter(
      ({ id, connectionId }) => connectionId === edited.connectionId && id !== edited.id,
    )
    const rules = isDeleted ? others : [...others, edited]
    return { connectionId: edited.connectionId, rules, version: this.#rulesVersion }
  }

  async #beginRule(edited: MappingRule, isDeleted = false): Promise<void> {
    await this.begin({ kind: 'rule', edited, isDeleted })
    if (isDeleted) await this.preview()
  }

  async #makeToken({ id }: Directory): Promise<void> {
    const words = this.words.directory
    let token = ''
    await this.confirm({
      title: words.newToken,
      body: words.tokenExplained,
      submit: words.newToken,
      about: { connectionId: id, action: 'create-token' },
      write: async (key) => {
        const path = `scim-connections/${id}/tokens`
        const made = await ask<{ token: string }>(this.desk.api, 'POST', path, { body: {}, key })
        token = made.token
      },
    })
    // It is shown in a dialog of its own, once this one has closed.
    this.renderRoot.querySelector('dialog')?.addEventListener('close', () => {
      if (token !== '') void this.begin({ kind: 'secret', token })
    })
  }

  /** Does one thing with a connection after a look at what it means. */
  #confirm(
    { id, name }: Pick<Directory, 'id' | 'name'>,
    submit: string,
    body: string,
    write: (path: string, key: string) => Promise<unknown>,
  ): void {
    void this.confirm({
      title: `${submit}: ${name}`,
      body,
      submit,
      isDangerous: body !== '',
      about: { connectionId: id, action: submit },
      write: (key) => write(`scim-connections/${id}/`, key),
    })
  }

  protected override submit(): void {
    const { desk, task, difference } = this
    if (task?.kind !== 'rule' || (!task.isDeleted && !isComplete(task.edited))) return
    if (difference === undefined) {
      void this.preview()
      return
    }
    const body = { ...this.#ruleSet(task), previewHash: difference.hash }
    void this.finish({ action: 'save-rules' }, desk.common.saved, () =>
      ask(desk.api, 'PUT', 'mapping-rules', { body }),
    )
  }

  protected override renderView(): TemplateResult {
    const { desk, directories, task } = this
    const words = this.words.directory
    const [first] = directories ?? []
    if (directories === undefined) {
      return html`${this.renderTop(desk.text.messages.views.directory, '', nothing)}
      ${this.renderUnread()}`
    }
    return html`${this.renderTop(desk.text.messages.views.directory, '', nothing)}
      ${task === undefined ? saveNotice(this.save, desk) : nothing}
      ${
        directories.length === 0
          ? emptyNotice({ title: words.noDirectory, text: '' })
          : html`<ul class="cards own">
              ${directories.map((directory) => this.#renderDirectory(directory))}
            </ul>`
      }
      ${
        first &&
        html`<div class="sessions">
            ${this.renderTop(
              words.rules,
              words.rulesHint,
              button(words.newRule, () =>
                this.#beginRule({
                  connectionId: first.id,
                  when: { kind: 'group', group: { displayName: '' } },
                  role: null,
                  departments: [],
                  channels: [],
                  supervisor: false,
                }),
              ),
            )}
          </div>
          <ul class="cards own">
            ${this.#rules.map((rule) => this.#renderRule(rule))}
          </ul>`
      }
      <div class="sessions">${this.renderTop(words.signIn, '', nothing)}</div>
      ${this.#policy && this.#renderSignIn(this.#policy)}
      ${task && this.renderQuestion(this.#questionOf(task))}`
  }

  #ago(time: string): string {
    return this.desk.text.phrasing.ago(new Date(time), Date.now())
  }

  #renderDirectory(directory: Directory): TemplateResult {
    const words = this.words.directory
    const { name, state, tokens } = directory
    const { lastRequestAt, troubles } = directory.health
    const [token, older] = tokens
    const isActive = state === 'active'
    const { api } = this.desk
    return this.renderCard(
      html`<bdi>${name}</bdi
        ><span class="mark ${state === 'active' ? 'owner' : ''}">${words.states[state]}</span>`,
      [
        html`<p>
            ${lastRequestAt === null ? words.neverSynced : words.lastSync(this.#ago(lastRequestAt))}
          </p>
          <p>
            ${
              token === undefined
                ? words.noToken
                : words.token(
                    this.#ago(token.createdAt),
                    this.desk.text.phrasing.date(new Date(token.expiresAt)),
                  )
            }
          </p>
          ${this.#renderTroubles(troubles)}`,
      ],
      html`${
        older === undefined
          ? button(words.newToken, () => this.#makeToken(directory), { about: name })
          : button(
              words.revokeToken,
              () =>
                this.#confirm(directory, words.revokeToken, words.revokeExplained, (path) =>
                  ask(api, 'DELETE', `${path}tokens/${older.id}`),
                ),
              { about: name, kind: 'danger' },
            )
      }
      ${button(
        isActive ? words.pause : words.resume,
        () =>
          this.#confirm(
            directory,
            isActive ? words.pause : words.resume,
            isActive ? words.pauseExplained : '',
            (path, key) => ask(api, 'POST', path + (isActive ? 'pause' : 'resume'), { key }),
          ),
        { about: name },
      )}`,
    )
  }

  /** Who did not arrive, what there is to do about it, and when it happened last. */
  #renderTroubles(troubles: ScimHealth['troubles']): TemplateResult | typeof nothing {
    const words = this.words.directory
    const fixes: Partial<Record<string, string>> = words.fixes
    const people = new Set(troubles.flatMap(({ person }) => person?.directoryUserId ?? []))
    if (troubles.length === 0) return nothing
    return html`${people.size === 0 ? nothing : html`<p class="error">${words.affected(people.size)}</p>`}
      <ul>
        ${troubles.map(
          ({ code, person, group, lastAt, path }) =>
            html`<li>
              <strong><bdi>${(person ?? group)?.displayName ?? path}</bdi></strong>
              ${fixes[code] ?? words.fixes['request-refused']} · ${this.#ago(lastAt)}
            </li>`,
        )}
      </ul>`
  }

  #renderRule(rule: MappingRule): TemplateResult {
    const words = this.words.directory
    const { when, role, departments, channels, supervisor, orphaned } = rule
    const { workspace } = this.desk
    const { messages, phrasing } = this.desk.text
    const known = workspace.roles.find(({ key }) => key === role)
    const { directories = [] } = this
    const from = directories.length > 1 && directories.find(({ id }) => id === rule.connectionId)
    const given = [
      ...(role === null ? [] : [known === undefined ? role : roleName(known, messages)]),
      ...departments,
      ...channels.map((key) => workspace.channels.find((one) => one.key === key)?.name ?? key),
      ...(supervisor ? [this.desk.common.supervisor] : []),
    ]
    const about = conditionText(when)
    return this.renderCard(
      html`<bdi>${about}</bdi>${
          orphaned === true ? html`<span class="mark">${words.orphaned}</span>` : nothing
        }`,
      [
        html`<p>
            ${conditionSentence(when, words)}${from ? html` · <bdi>${from.name}</bdi>` : nothing}
          </p>
          <p>${words.gives}: <bdi>${given.length === 0 ? '–' : phrasing.list(given)}</bdi></p>`,
      ],
      html`${button(this.desk.common.edit, () => this.#beginRule(rule), { about })}
      ${button(this.desk.common.delete, () => this.#beginRule(rule, true), { about, kind: 'danger' })}`,
    )
  }

  #renderSignIn({ ssoRequired, hindrances, breakGlassOwners }: SignInPolicy): TemplateResult {
    const words = this.words.directory
    const [hindrance] = hindrances
    return html`<ul class="cards own">
      ${this.#signIns.map(({ name, kind, state, issuer }) =>
        this.renderCard(html`<bdi>${name}</bdi><span class="mark">${words.states[state]}</span>`, [
          html`${kind === 'saml' ? 'SAML' : 'OpenID Connect'} · <bdi>${issuer}</bdi>`,
        ]),
      )}
      ${this.renderCard(
        ssoRequired ? words.required : words.notRequired,
        [!ssoRequired && hindrance !== undefined ? words.hindrances[hindrance] : nothing],
        button(
          ssoRequired ? words.requireNoLonger : words.require,
          () => this.#confirmPolicy(ssoRequired, breakGlassOwners),
          { isDisabled: !ssoRequired && hindrance !== undefined },
        ),
      )}
      ${
        breakGlassOwners.length === 0
          ? nothing
          : this.renderCard(words.breakGlass, [
              this.desk.text.phrasing.list(breakGlassOwners.map(({ displayName }) => displayName)),
            ])
      }
    </ul>`
  }

  #confirmPolicy(wasRequired: boolean, owners: SignInPolicy['breakGlassOwners']): void {
    const words = this.words.directory
    const { list } = this.desk.text.phrasing
    const submit = wasRequired ? words.requireNoLonger : words.require
    const body = { ssoRequired: !wasRequired }
    void this.confirm({
      title: submit,
      body: wasRequired
        ? words.notRequired
        : html`<p>
            ${words.requireExplained}
            <bdi>${list(owners.map(({ displayName }) => displayName))}</bdi>
          </p>`,
      submit,
      isDangerous: !wasRequired,
      about: { action: 'require-sso', ...body },
      write: () =>
        ask(this.desk.api, 'PUT', 'sign-in-policy', { body, version: this.#policyVersion }),
    })
  }

  #questionOf(task: Task): Question {
    const words = this.words.directory
    const { desk, difference } = this
    if (task.kind === 'secret') {
      return {
        title: words.newToken,
        body: secretField(task.token, { label: words.newToken, hint: words.tokenOnce }, desk),
      }
    }
    const { edited, isDeleted } = task
    return {
      title: isDeleted
        ? `${desk.common.delete}: ${conditionText(edited.when)}`
        : edited.id === undefined
          ? words.newRule
          : words.editRule,
      body: html`${
        isDeleted
          ? nothing
          : mappingRuleForm(edited, this.directories ?? [], words, desk, (rule) => {
              this.task = { ...task, edited: rule }
              this.difference = undefined
              this.save.forget()
            })
      }
      ${differenceNotice(difference, this.words, desk.text.phrasing)}`,
      submit: isDeleted
        ? desk.common.delete
        : difference === undefined
          ? this.words.preview
          : desk.common.save,
      isDangerous: isDeleted,
      isDisabled: isDeleted ? difference === undefined : !isComplete(edited),
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-directory': TeamDirectory
  }
}
