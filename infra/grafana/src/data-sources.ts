// The data sources by their fixed uids, as `provisioning/datasources` defines them.
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common'

export const prometheus: DataSourceRef = { type: 'prometheus', uid: 'prometheus' }
export const loki: DataSourceRef = { type: 'loki', uid: 'loki' }
export const jaeger: DataSourceRef = { type: 'jaeger', uid: 'jaeger' }
