import { type Company, employeesOf } from './company.ts'

const managers = ['Inbox-Managers']

/** A carrier in Mexico whose directory behaves like Okta. */
export const acme: Company = {
  slug: 'acme',
  name: 'Acme Logística',
  preset: 'respond',
  locale: 'es',
  timeZone: 'America/Mexico_City',
  emailDomain: 'acme.example',
  directory: 'okta',
  owner: { email: 'lucia.ferrer@acme-owner.example', displayName: 'Lucía Ferrer' },
  departments: ['Ventas México', 'Soporte', 'Cobranza', 'Logística', 'Recursos Humanos'],
  channels: [
    { key: 'whatsapp-ventas', name: 'WhatsApp Ventas' },
    { key: 'whatsapp-soporte', name: 'WhatsApp Soporte' },
    { key: 'instagram', name: 'Instagram' },
  ],
  groups: [
    {
      name: 'Ventas-MX',
      rule: {
        role: 'agent',
        departments: ['Ventas México'],
        channels: ['whatsapp-ventas', 'instagram'],
      },
    },
    {
      name: 'Soporte-Tier1',
      rule: { role: 'agent', departments: ['Soporte'], channels: ['whatsapp-soporte'] },
    },
    {
      name: 'Soporte-Tier2',
      rule: {
        role: 'agent',
        departments: ['Soporte', 'Logística'],
        channels: ['whatsapp-soporte', 'instagram'],
      },
    },
    {
      name: 'Cobranza',
      rule: { role: 'agent', departments: ['Cobranza'], channels: ['whatsapp-ventas'] },
    },
    {
      name: 'Logistica',
      rule: { role: 'agent', departments: ['Logística'], channels: ['whatsapp-soporte'] },
    },
    {
      name: 'Recursos-Humanos',
      rule: { role: 'agent', departments: ['Recursos Humanos'], channels: ['instagram'] },
    },
    {
      name: 'Inbox-Managers',
      rule: {
        role: 'manager',
        channels: ['whatsapp-ventas', 'whatsapp-soporte', 'instagram'],
        supervisor: true,
      },
    },
    // Nobody mapped it, so its people have no access: the widget shows that too.
    { name: 'Almacen-CDMX' },
  ],
  hiringGroup: 'Ventas-MX',
  employees: [
    ...employeesOf(['Ventas-MX', ...managers], [['Valeria', 'Mendoza Ríos', 'Gerente de Ventas']]),
    ...employeesOf(
      ['Soporte-Tier2', ...managers],
      [['Sebastián', 'Orozco Peña', 'Gerente de Soporte']],
    ),
    ...employeesOf(['Cobranza', ...managers], [['Margaret', 'O’Connor', 'Head of Collections']]),
    ...employeesOf('Ventas-MX', [
      ['Mateo', 'Herrera Luna', 'Ejecutivo de ventas'],
      ['Ximena', 'Castañeda Soto', 'Ejecutiva de ventas'],
      ['Emiliano', 'Zúñiga Prado', 'Ejecutivo de cuentas clave'],
      ['Renata', 'Ibáñez Cordero', 'Ejecutiva de ventas'],
      ['João', 'Figueiredo Alves', 'Executivo de contas'],
      ['Daniel', 'Whitaker', 'Account executive'],
      ['Jimena', 'Núñez Arce', 'Asesora comercial'],
      ['Patricio', 'Güemes Laredo', 'Asesor comercial'],
    ]),
    ...employeesOf('Soporte-Tier1', [
      ['Camila', 'Rodríguez Vega', 'Agente de soporte'],
      ['Íñigo', 'Lázaro Montes', 'Agente de soporte'],
      ['Regina', 'Cárdenas Mora', 'Agente de soporte'],
      ['Bruno', 'Aguirre Téllez', 'Agente de soporte'],
      ['Luísa', 'Carvalho Pinto', 'Analista de suporte'],
      ['Andrés', 'Peralta Gómez', 'Agente de soporte'],
      ['Sofía', 'Villaseñor Duarte', 'Agente de soporte'],
    ]),
    ...employeesOf('Soporte-Tier2', [
      ['Nicolás', 'Escobedo Ruiz', 'Especialista de soporte'],
      ['Abril', 'Santillán Rey', 'Especialista de soporte'],
      ['Owen', 'Fitzgerald', 'Support engineer'],
      ['Tomás', 'Quiñones Bravo', 'Especialista de integraciones'],
    ]),
    ...employeesOf('Cobranza', [
      ['Daniela', 'Ochoa Beltrán', 'Analista de cobranza'],
      ['Rodrigo', 'Mancilla Cruz', 'Analista de cobranza'],
      ['Fernanda', 'Treviño Sáenz', 'Coordinadora de cobranza'],
      ['Ángel', 'Balderas Nava', 'Analista de cobranza'],
    ]),
    ...employeesOf('Logistica', [
      ['Héctor', 'Villarreal Cano', 'Jefe de tráfico'],
      ['Mariana', 'Solórzano Gil', 'Coordinadora de rutas'],
      ['Gustavo', 'Peñaloza Rangel', 'Planeador de rutas'],
      ['Inês', 'Moreira Lopes', 'Coordenadora de frota'],
      ['Ulises', 'Barragán Ponce', 'Despachador'],
      ['Verónica', 'Yáñez Olmos', 'Coordinadora de aduanas'],
    ]),
    ...employeesOf('Recursos-Humanos', [
      ['Paulina', 'Arriaga Montiel', 'Generalista de RH'],
      ['Óscar', 'Lozano Tapia', 'Reclutador'],
    ]),
    ...employeesOf('Almacen-CDMX', [
      ['Jesús', 'Carranza Olvera', 'Almacenista'],
      ['Itzel', 'Mejía Xolo', 'Auxiliar de inventario'],
    ]),
    ...employeesOf('Ventas-MX', [['Ricardo', 'Salvatierra Pons', 'Ejecutivo de ventas']], false),
    ...employeesOf('Soporte-Tier1', [['Elena', 'Uribe Camacho', 'Agente de soporte']], false),
  ],
  candidates: employeesOf('Ventas-MX', [
    ['Guadalupe', 'Ñáñez Robles', 'Ejecutiva de ventas'],
    ['Leonardo', 'Acevedo Ríos', 'Asesor comercial'],
    ['Beatriz', 'Queiroz Lima', 'Executiva de vendas'],
    ['Maya', 'Thornton', 'Account executive'],
    ['Santiago', 'Bermúdez Lara', 'Agente de soporte'],
    ['Aitana', 'Cisneros Vidal', 'Asesora comercial'],
    ['Álvaro', 'Echeverría Paz', 'Analista'],
    ['Noemí', 'Saldaña Ferrer', 'Agente de soporte'],
    ['Caio', 'Nogueira Dias', 'Analista de suporte'],
    ['Ruth', 'Delgadillo Meza', 'Coordinadora'],
    ['Iván', 'Corrales Ávila', 'Agente'],
    ['Hannah', 'Prescott', 'Support specialist'],
    ['Ezequiel', 'Tovar Medina', 'Agente'],
    ['Lorena', 'Fuentes Bazán', 'Ejecutiva de ventas'],
  ]),
}
